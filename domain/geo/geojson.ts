/** Longitude and latitude, in GeoJSON's order (RFC 7946, 3.1.1). */
export type Position = readonly [longitude: number, latitude: number];

/** Closed rings, the exterior first, then holes (RFC 7946, 3.1.6). */
export type Polygon = {
  readonly type: 'Polygon';
  readonly coordinates: readonly (readonly Position[])[];
};

/** A line with facts about it; without a geometry when there are too few positions for a line (RFC 7946, 3.2). */
export type LineFeature<P> = {
  readonly type: 'Feature';
  readonly geometry: { readonly type: 'LineString'; readonly coordinates: readonly Position[] } | null;
  readonly properties: P;
};

import { sql } from 'drizzle-orm';
import { customType } from 'drizzle-orm/pg-core';
import type { Coordinates } from '#domain/geo/coordinates.ts';

/** `geography(Point, 4326)`, to and from coordinates. */
export const geographyPoint = customType<{ data: Coordinates; driverData: string }>({
  dataType: () => 'geography(Point, 4326)',
  toDriver: ({ latitude, longitude }) => `SRID=4326;POINT(${longitude} ${latitude})`,
  fromDriver: (ewkb) => fromEwkb(ewkb),
});

/** Reads a little- or big-endian EWKB point with an SRID, as PostGIS prints it. Throws on anything else. */
function fromEwkb(hex: string): Coordinates {
  const bytes = Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  const view = new DataView(bytes.buffer);
  const littleEndian = view.getUint8(0) === 1;
  const POINT_WITH_SRID = 0x20000001;
  if (bytes.length !== 25 || view.getUint32(1, littleEndian) !== POINT_WITH_SRID) {
    throw new TypeError('not an EWKB point');
  }
  return { longitude: view.getFloat64(9, littleEndian), latitude: view.getFloat64(17, littleEndian) };
}

/** A point as an SQL value, for queries: `ST_DWithin(point, ${pointSql(here)}, …)`. */
export function pointSql({ latitude, longitude }: Coordinates) {
  return sql`ST_SetSRID(ST_MakePoint(${longitude}::float8, ${latitude}::float8), 4326)::geography`;
}

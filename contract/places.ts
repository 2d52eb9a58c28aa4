import * as z from 'zod';
import { FIX_FLAGS } from '#domain/tracking/fix.ts';
import { USER_GEOFENCE_LIMITS } from '#domain/tracking/user-geofences.ts';
import {
  coordinates,
  id,
  latitude,
  longitude,
  queryInteger,
  queryLatitude,
  queryLongitude,
  text,
  time,
} from './primitives.ts';

/** One position of a person. `at` is the device's time of the fix; without it the time of arrival counts. */
export const fixBody = z
  .strictObject({
    ...coordinates.shape,
    heading: z.number().min(0).max(360).optional().meta({ description: 'Degrees clockwise from north' }),
    speed: z.number().min(0).max(1_000).optional().meta({ description: 'm/s' }),
    accuracy: z
      .number()
      .min(0)
      .max(100_000)
      .optional()
      .meta({ description: 'Radius of 68 % confidence, metres' }),
    at: time.optional(),
  })
  .meta({ id: 'FixBody' });

/** What became of a fix: one that is flagged is kept, but neither shown nor relied on. */
export const fixAnswer = z
  .object({
    accepted: z.boolean(),
    flagged: z.enum(FIX_FLAGS).nullable(),
  })
  .meta({ id: 'FixAnswer' });

export const availabilityBody = z.strictObject({ available: z.boolean() }).meta({ id: 'AvailabilityBody' });
export const availability = z
  .object({ available: z.boolean(), until: time.nullable() })
  .meta({ id: 'Availability' });

export const nearbyProvidersQuery = z.object({
  latitude: queryLatitude,
  longitude: queryLongitude,
  radius: queryInteger(1, 50_000, 5_000),
  limit: queryInteger(1, 50, 10),
});

export const nearbyProvider = z
  .object({
    id,
    username: z.string(),
    location: z.object({ latitude: z.number(), longitude: z.number(), precision: z.literal('cell') }),
    distanceMeters: z.number(),
    rating: z.number().nullable(),
    ratingCount: z.int(),
  })
  .meta({ id: 'NearbyProvider' });
export const nearbyProviders = z.object({ items: z.array(nearbyProvider) });

const position = z.tuple([longitude, latitude]);
export const polygon = z
  .strictObject({
    type: z.literal('Polygon'),
    coordinates: z.array(z.array(position).min(4).max(101)).min(1).max(5),
  })
  .meta({ id: 'Polygon', description: 'GeoJSON Polygon (RFC 7946)' });

const fenceName = text(80);
const circleGeofenceBody = z.strictObject({
  name: fenceName,
  center: z.strictObject(coordinates.shape),
  radius: z.number().min(USER_GEOFENCE_LIMITS.radius.min).max(USER_GEOFENCE_LIMITS.radius.max),
});
const polygonGeofenceBody = z.strictObject({ name: fenceName, polygon });
export const geofenceBody = z.union([circleGeofenceBody, polygonGeofenceBody]).meta({ id: 'GeofenceBody' });

export const geofence = z
  .object({
    id,
    name: z.string(),
    center: coordinates.nullable(),
    radius: z.number().nullable(),
    polygon: polygon.nullable(),
    createdAt: time,
  })
  .meta({ id: 'Geofence' });
export const geofenceAnswer = z.object({ geofence });
export const geofenceList = z.object({ items: z.array(geofence) });

export type FixBody = z.infer<typeof fixBody>;
export type FixAnswer = z.infer<typeof fixAnswer>;
export type AvailabilityAnswer = z.infer<typeof availability>;
export type GeofenceBody = z.infer<typeof geofenceBody>;
export type Geofence = z.infer<typeof geofence>;
export type NearbyProvider = z.infer<typeof nearbyProvider>;

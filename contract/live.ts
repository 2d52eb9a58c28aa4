import * as z from 'zod';
import { INVITED_ROLES, LIVE_ROLES } from '#domain/live/live-roles.ts';
import { LIVE_LIMITS, MEDIA_BACKENDS, SHOW_STATUSES, SHOW_VISIBILITIES } from '#domain/live/show.ts';
import type { ShowView } from '#domain/live/show-view.ts';
import { cursor, id, latitude, longitude, page, queryInteger, time } from './primitives.ts';

/** Live shows over HTTP. What goes over a room's socket stands in `live-room.ts`. */

export const liveRole = z.enum(LIVE_ROLES).meta({ id: 'LiveRole' });
export const showStatus = z.enum(SHOW_STATUSES).meta({ id: 'ShowStatus' });
export const mediaBackend = z.enum(MEDIA_BACKENDS);
export const showVisibility = z.enum(SHOW_VISIBILITIES).meta({
  id: 'ShowVisibility',
  description: 'private: for the parties and those whom they invite; public: for everyone who is signed in',
});

export const liveShow = z
  .object({
    id,
    orderId: id.nullable().meta({ description: "For the order's parties only" }),
    hostId: id,
    hostName: z.string(),
    title: z.string(),
    visibility: showVisibility,
    status: showStatus,
    mediaBackend,
    location: z
      .object({
        latitude,
        longitude,
        locality: z.string().nullable(),
        precision: z.literal('cell').meta({
          description: 'The coordinates are the centre of the H3 resolution 8 cell that holds the place',
        }),
      })
      .nullable(),
    scheduledFor: time.nullable(),
    startedAt: time.nullable(),
    endedAt: time.nullable(),
    viewers: z.int().meta({ description: 'Who watch now, up to ten seconds late' }),
    peakViewers: z.int(),
    interruptions: z.int().meta({ description: 'How often it was live without a picture for long' }),
    interruptedSeconds: z.int(),
    role: liveRole.nullable().meta({ description: 'What you are in it; null when you are not signed in' }),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: 'LiveShow' }) satisfies z.ZodType<ShowView>;

export const liveShowAnswer = z.object({ show: liveShow });

export const listedShow = liveShow
  .extend({ distanceMeters: z.number().nullable().meta({ description: 'From `near`, if that was given' }) })
  .meta({ id: 'ListedShow' });
export const liveShowPage = page(listedShow);

/** `38.7139,-9.1394`: latitude and longitude in degrees. */
const near = z
  .string()
  .regex(/^[+-]?\d{1,2}(\.\d{1,15})?,[+-]?\d{1,3}(\.\d{1,15})?$/, 'must be latitude,longitude')
  .transform((given) => {
    const [lat, lon] = given.split(',').map(Number);
    return { latitude: lat, longitude: lon };
  })
  .pipe(z.object({ latitude, longitude }))
  .meta({
    type: 'string',
    description: 'Only shows around this place: latitude,longitude',
    example: '38.7139,-9.1394',
  });

export const liveShowListQuery = z.object({
  status: showStatus.optional(),
  near: near.optional(),
  radius: queryInteger(1, 100_000, 25_000).meta({ description: 'Metres around `near`' }),
  mine: z.enum(['true', 'false']).default('false').meta({
    description: 'true: those that you host, own or are invited to; false: the public ones',
  }),
  cursor: cursor.optional(),
  limit: queryInteger(1, 100, 20),
});

export const editShowBody = z.strictObject({ visibility: showVisibility }).meta({ id: 'EditShowBody' });

export const inviteBody = z
  .strictObject({
    username: z.string().min(1).max(64),
    role: z.enum(INVITED_ROLES).default('viewer').meta({ description: 'As what they may enter' }),
  })
  .meta({ id: 'InviteBody' });

export const invitation = z
  .object({ userId: id, username: z.string(), role: z.enum(INVITED_ROLES), invitedBy: id, createdAt: time })
  .meta({ id: 'Invitation' });
export const invitationAnswer = z.object({ invitation });
export const invitationList = z
  .object({ items: z.array(invitation) })
  .meta({ description: `At most ${LIVE_LIMITS.invitations} of a show` });

export type LiveShowListQuery = z.infer<typeof liveShowListQuery>;

import { v7 as uuidv7 } from 'uuid';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { blur } from '#domain/geo/cells.ts';
import type { Coordinates } from '#domain/geo/coordinates.ts';
import { type LiveShow, NO_FIGURES } from '#domain/live/show.ts';
import { recordPerson } from '#test/people.ts';
import { database } from '../client.ts';
import { keepInvitation, listInvitations, removeInvitation } from './live-show-invitations.ts';
import { findShow, listShows, readGuest, recordShow, type ShowsFilter } from './live-shows.ts';

const db = database({
  DATABASE_URL: inject('databaseUrl'),
  DATABASE_FETCH_ENDPOINT: inject('databaseFetchEndpoint'),
});
const AT = new Date('2026-11-23T12:00:00.000Z');

let host: string;
let owner: string;
beforeAll(async () => {
  [host, owner] = await Promise.all([recordPerson(db, 'provider', AT), recordPerson(db, 'creator', AT)]);
});

async function record({ at, ...given }: Partial<LiveShow> & { at?: Coordinates } = {}): Promise<LiveShow> {
  const show: LiveShow = {
    id: uuidv7(),
    orderId: null,
    hostId: host,
    ownerId: owner,
    title: 'Sunset',
    visibility: 'public',
    status: 'scheduled',
    mediaBackend: 'none',
    place: at ? { ...blur(at).center, cell: blur(at).cell, locality: 'Town' } : null,
    scheduledFor: null,
    startedAt: null,
    endedAt: null,
    createdAt: AT,
    updatedAt: AT,
    ...given,
  };
  await recordShow(db, { show, figures: NO_FIGURES }, 1);
  return show;
}

const list = async (filter: Partial<ShowsFilter>, reader: string | null = null) =>
  (await listShows(db, { of: null, ...filter }, reader, { cursor: null, limit: 100 })).items.map(
    ({ show }) => show.id,
  );

describe('a show in the record', () => {
  it("is read as it was written, with its host's name", async () => {
    const show = await record({ at: { latitude: 12, longitude: 34 }, scheduledFor: AT });
    const read = await findShow(db, show.id, null);
    expect(read).toEqual({ show, figures: NO_FIGURES, hostName: host, invitedAs: null });
    expect(await findShow(db, uuidv7(), null)).toBeNull();
  });

  it('is not set back by what was written earlier and comes later', async () => {
    const show = await record();
    const live: LiveShow = { ...show, status: 'live', startedAt: AT };
    await recordShow(db, { show: live, figures: { ...NO_FIGURES, viewers: 7 } }, 3);
    await recordShow(db, { show, figures: NO_FIGURES }, 2);
    expect(await findShow(db, show.id, null)).toMatchObject({
      show: { status: 'live' },
      figures: { viewers: 7 },
    });
  });
});

describe('a list of shows', () => {
  it('holds public ones, by status and place; private ones are for those whom they concern', async () => {
    const here = { latitude: -22, longitude: -14 };
    const away = { latitude: -22.2, longitude: -14 };
    const near = await record({ at: here });
    const farther = await record({ at: away, status: 'live' });
    const hidden = await record({ at: here, visibility: 'private' });
    const around = (radius: number) => ({ near: { center: here, radius } });
    expect(await list(around(5_000))).toEqual([near.id]);
    expect(await list(around(50_000))).toEqual([farther.id, near.id]);
    expect(await list({ ...around(50_000), status: 'live' })).toEqual([farther.id]);

    const guest = await recordPerson(db, 'creator', AT);
    expect(await list({ of: guest }, guest)).toEqual([]);
    await keepInvitation(db, hidden.id, { userId: guest, role: 'viewer', invitedBy: owner, createdAt: AT });
    expect(await list({ of: guest }, guest)).toEqual([hidden.id]);
    expect(await list({ of: host }, host)).toContain(hidden.id);
    expect(await list({ of: owner }, owner)).toContain(hidden.id);

    const [item] = (await listShows(db, { of: null, ...around(5_000) }, null, { cursor: null, limit: 1 }))
      .items;
    expect(item?.distanceMeters).toBeLessThan(1_000);
  });
});

describe('invitations', () => {
  it('say as what somebody may enter, change, and can be taken back once', async () => {
    const show = await record({ visibility: 'private' });
    const guest = await recordPerson(db, 'creator', AT);
    const invite = { userId: guest, invitedBy: owner, createdAt: AT };
    expect(await readGuest(db, show.id, guest)).toMatchObject({ invitedAs: null, isAdmin: false });
    await keepInvitation(db, show.id, { ...invite, role: 'viewer' });
    await keepInvitation(db, show.id, { ...invite, role: 'moderator' });
    expect(await readGuest(db, show.id, guest)).toMatchObject({ username: guest, invitedAs: 'moderator' });
    expect(await findShow(db, show.id, guest)).toMatchObject({ invitedAs: 'moderator' });
    expect(await findShow(db, show.id, host)).toMatchObject({ invitedAs: null });
    expect(await listInvitations(db, show.id)).toEqual([{ ...invite, role: 'moderator', username: guest }]);
    expect(await removeInvitation(db, show.id, guest)).toBe(true);
    expect(await removeInvitation(db, show.id, guest)).toBe(false);
    expect(await readGuest(db, show.id, uuidv7())).toBeNull();
  });
});

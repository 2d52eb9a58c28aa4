/**
 * A probe's room at an origin, by its id, which says whose it is and when it ends: nothing has to be kept of it, nobody can name
 * another's, and nobody has more than two at a time. Ids of shows are UUIDv7; these are UUIDv8 (RFC 9562, 5.8): 48 bits of Unix
 * time in milliseconds, then the beginning of a hash.
 */

/** A probe that begins within the same slot is the same room, set up anew. */
const SLOT_MS = 60_000;
/** A room lasts to the end of the slot after its own. */
const LASTS_MS = 2 * SLOT_MS;

/** The room of somebody's probe that begins now. */
export function probeRoomId(userId: string, now: Date): Promise<string> {
  return idOf(userId, Math.floor(now.getTime() / SLOT_MS) * SLOT_MS);
}

/** Whether this is a probe of this person that has not ended. */
export async function isOwnProbe(roomId: string, userId: string, now: Date): Promise<boolean> {
  return isOpenProbe(roomId, now) && roomId === (await idOf(userId, slotOf(roomId)));
}

export function isProbeRoom(roomId: string): boolean {
  return roomId[14] === '8';
}

/** Whether an origin is to keep this probe's room. */
export function isOpenProbe(roomId: string, now: Date): boolean {
  return isProbeRoom(roomId) && now.getTime() < slotOf(roomId) + LASTS_MS;
}

/** When a probe's slot began, in milliseconds of Unix time. */
function slotOf(roomId: string): number {
  return Number.parseInt(roomId.slice(0, 8) + roomId.slice(9, 13), 16);
}

async function idOf(userId: string, slot: number): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`${userId} ${slot}`));
  const hash = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const time = slot.toString(16).padStart(12, '0');
  // The variant is binary 10, which makes the digit 8 to b.
  const variant = ((Number.parseInt(hash[3] ?? '0', 16) & 0b0011) | 0b1000).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-8${hash.slice(0, 3)}-${variant}${hash.slice(4, 7)}-${hash.slice(7, 19)}`;
}

import { exports } from 'cloudflare:workers';
import fc from 'fast-check';
import { beforeAll, describe, expect, inject, it, vi } from 'vitest';
import * as z from 'zod';
import { BEARER_PREFIX, CLOSE_CODES, SUBPROTOCOL } from '#contract/close-codes.ts';
import { errorBody } from '#contract/envelope.ts';
import { listen } from '#test/client.ts';
import { openShowOf } from '#test/live.ts';
import { type Member, member } from '#test/security/member.ts';
import { orderThatIs } from '#test/security/record.ts';
import { conforming, type Schema } from './conforming.ts';
import { mutated } from './mutated.ts';
import { oddJson, oddKey, oddText, oddValue, toJson } from './odd-values.ts';
import { servedSockets } from './operations.ts';

/** So many sockets of each kind, each of which is sent so many frames: fewer than close it for their number alone. */
const SOCKETS = 30;
const FRAMES = 25;

const SEED = Number(inject('fuzzSeed') ?? Date.now() % 2 ** 31);
const CODES = new Set<number>(Object.values(CLOSE_CODES));
const { sockets, schemas } = await servedSockets();

const okReply = z.strictObject({
  reply: z.union([z.string(), z.number()]),
  ok: z.literal(true),
  data: z.unknown(),
});
const refusal = z.strictObject({
  reply: z.union([z.string(), z.number()]).nullable(),
  ok: z.literal(false),
  error: errorBody,
});

let provider: Member;
let orderId: string;
beforeAll(async () => {
  vi.spyOn(console, 'info').mockImplementation(() => {});
  provider = await member('provider', { premium: true });
  const [owner, applicant] = await Promise.all([member('creator'), member('provider')]);
  const parties = { owner: owner.id, assignee: provider.id, applicant: applicant.id };
  orderId = (await orderThatIs('accepted', parties)).id;
  await openShowOf(orderId, { hostId: provider.id, ownerId: owner.id });
  return () => vi.restoreAllMocks();
});

/** Requests to a socket: near to what it takes. */
function framesFor(takes: Record<string, Schema>): fc.Arbitrary<string> {
  const event = fc.constantFrom(...Object.keys(takes));
  const well = event.chain((name) =>
    fc.record({
      id: fc.oneof(fc.nat(), fc.uuid()),
      event: fc.constant(name),
      data: conforming(takes[name] ?? {}, schemas),
    }),
  );
  const misnamed = fc.record({ id: fc.nat(), event: fc.oneof(oddKey, oddText), data: oddValue });
  return fc.oneof({ weight: 4, arbitrary: mutated(well) }, misnamed, oddValue).map(toJson);
}

/** What is no request at all: each ends its socket. */
const noFrames = (maxFrameBytes: number): fc.Arbitrary<string | Uint8Array> =>
  fc.oneof(
    fc.uint8Array({ maxLength: 50 }),
    fc.constantFrom(
      ' '.repeat(maxFrameBytes + 1),
      '"é'.padEnd(maxFrameBytes, 'é'),
      '{',
      '',
      'NaN',
      "{'a':1}",
      '\u0000',
    ),
    oddJson.map((spoil) => spoil('{"id":1,"event":"message:send","data":{"text":"hello"}}')),
  );

const isJson = (text: string) => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe.each(sockets)('$path', ({ path, takes, maxFrameBytes }) => {
  const open = async () => {
    const token = `${SUBPROTOCOL}, ${BEARER_PREFIX}${provider.accessToken}`;
    const { webSocket } = await exports.default.fetch(
      // An order's show has the order's id.
      `http://taplive.test${path.replace(/\{(orderId|showId)\}/, orderId)}`,
      { headers: { Upgrade: 'websocket', 'Sec-WebSocket-Protocol': token } },
    );
    if (!webSocket) throw new Error('no socket');
    return { ...listen(webSocket), sendRaw: (frame: string | Uint8Array) => webSocket.send(frame) };
  };

  it(`answers each of ${SOCKETS * FRAMES} odd frames, or closes with a code that says why`, async () => {
    const runs = fc.tuple(
      fc.array(framesFor(takes), { minLength: FRAMES, maxLength: FRAMES }),
      noFrames(maxFrameBytes),
    );
    for (const [frames, last] of fc.sample(runs, { seed: SEED, numRuns: SOCKETS })) {
      const socket = await open();
      // What is too large or no JSON closes the socket, and comes last.
      const taken = frames.filter((frame) => frame.length < maxFrameBytes / 4 && isJson(frame));
      for (const frame of taken) socket.sendRaw(frame);
      for (let replies = 0; replies < taken.length; replies++) {
        const reply = await socket.next((frame) => frame.reply !== undefined);
        const read = z.union([okReply, refusal]).safeParse(reply);
        expect(read.success, `${JSON.stringify(reply)}; again: SEED=${SEED}`).toBe(true);
        const { error } = reply;
        expect(error?.code, JSON.stringify(reply)).not.toBe('INTERNAL_ERROR');
        if (error?.code === 'VALIDATION_ERROR') {
          expect(error.details, JSON.stringify(reply)).toEqual(expect.arrayContaining([expect.anything()]));
        }
      }
      socket.sendRaw(last);
      if (typeof last === 'string' && last.length <= maxFrameBytes && isJson(last)) socket.close();
      else expect(CODES, `again: SEED=${SEED}`).toContain((await socket.closed).code);
    }
  }, 120_000);

  it('goes on as if nothing had been', async () => {
    const socket = await open();
    const [event, data, field] =
      'chat:send' in takes
        ? ['chat:send', { text: '' }, 'text']
        : ['location:update', { latitude: 91, longitude: 0 }, 'latitude'];
    const reply = await socket.request(event, data);
    expect(reply.error).toMatchObject({ code: 'VALIDATION_ERROR', details: [{ field }] });
    socket.close();
  });
});

import { exports } from 'cloudflare:workers';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import * as z from 'zod';
import { failure, success } from '#contract/envelope.ts';
import { ORDER_STATUSES } from '#domain/orders/order.ts';
import { openShowOf } from '#test/live.ts';
import { device, type Member, member } from '#test/security/member.ts';
import { orderThatIs } from '#test/security/record.ts';
import { type Operation, servedOperations } from './operations.ts';
import { type Plan, requestsTo } from './requests.ts';

/** How many requests go out, so many at once. A run takes under a minute on two cores. */
const REQUESTS = 5_000;
const AT_ONCE = 20;

/** SEED=… plays a run again, as far as ids of things and the clock allow. */
const SEED = Number(inject('fuzzSeed') ?? Date.now() % 2 ** 31);

/** Not in the envelope, because tools and people read them. */
const BARE = new Set(['/api/v1/openapi.json', '/api/v1/docs']);

/** What is signed by somebody else is refused without a word on why. */
const SIGNED = new Set(['/webhooks/stripe', '/webhooks/stripe-connect']);

const okBody = success(z.unknown());

const { operations, schemas } = await servedOperations();
const actors: (Member | null)[] = [null];
const ids: string[] = [];
/** What went wrong on our side, as the log says it. */
const failures: string[] = [];
const statuses = new Map<string, Map<number, number>>();

beforeAll(async () => {
  // Five thousand lines of log would bury the one that matters.
  vi.spyOn(console, 'info').mockImplementation(() => {});
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  vi.spyOn(console, 'error').mockImplementation((line) => void failures.push(String(line)));
  for (const role of ['creator', 'provider', 'both', 'both', 'provider', 'admin'] as const) {
    actors.push(await member(role, { premium: true }));
  }
  const [, owner, assignee, applicant] = actors;
  const parties = { owner: owner?.id ?? '', assignee: assignee?.id ?? '', applicant: applicant?.id ?? '' };
  for (const status of [...ORDER_STATUSES, 'pending', 'accepted', 'active'] as const) {
    const { id, applicationId } = await orderThatIs(status, parties);
    ids.push(id, applicationId);
    if (status === 'accepted') await openShowOf(id, { hostId: parties.assignee, ownerId: parties.owner });
  }
  ids.push(...actors.flatMap((actor) => (actor ? [actor.id, actor.sessionId] : [])));
});

afterAll(() => void vi.restoreAllMocks());

const idOf = (n: number) => ids[n % ids.length] ?? '';
const withIds = (text: string) => text.replaceAll(/@id (\d+)@/g, (_, n) => idOf(Number(n)));

/** The request, or null when the platform's own client refuses to send such a thing. */
function requestFrom({ method, target, headers, body }: Plan, actor: Member | null): Request | null {
  try {
    const all = new Headers({ 'X-Forwarded-For': `2001:db8:${crypto.randomUUID().slice(0, 4)}::1` });
    if (actor) all.set('Authorization', `Bearer ${actor.accessToken}`);
    if (body !== null) all.set('Content-Type', 'application/json');
    for (const [name, value] of headers) all.set(name, value);
    const hasBody = body !== null && !['GET', 'HEAD'].includes(method);
    return new Request(`http://taplive.test${withIds(target)}`, {
      method,
      headers: all,
      ...(hasBody && { body: typeof body === 'string' ? withIds(body) : body }),
    });
  } catch {
    return null;
  }
}

/** Sends one request. What is wrong with the answer, or null. */
async function problemWith(plan: Plan): Promise<string | null> {
  const place = plan.actor % actors.length;
  const actor = actors[place] ?? null;
  const request = requestFrom(plan, actor);
  if (!request) return null;
  const response = await exports.default.fetch(request);
  const { status } = response;
  const counted = statuses.get(plan.operation.path) ?? new Map<number, number>();
  statuses.set(plan.operation.path, counted.set(status, (counted.get(status) ?? 0) + 1));
  if (response.webSocket) {
    response.webSocket.accept();
    response.webSocket.close(1000);
    return null;
  }
  const text = await response.text();
  if (status >= 500) return `${status} ${text} ${failures.slice(-3).join('\n')}`;
  if (status === 401 && actor && !plan.headers.some(([name]) => name === 'Authorization')) {
    // A request ended the session that came with it; the next ones need another.
    actors[place] = { ...actor, ...(await device(actor)) };
  }
  return problemWithAnswer(request, response, text);
}

function problemWithAnswer(request: Request, { status, headers }: Response, text: string): string | null {
  const requestId = headers.get('X-Request-Id');
  if (!requestId) return `${status} without a request id`;
  if (request.method === 'HEAD' || (request.method === 'OPTIONS' && status === 204)) return null;
  if (status < 300 && BARE.has(new URL(request.url).pathname)) return null;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return `${status} with a body that is no JSON: ${text.slice(0, 200)}`;
  }
  const envelope = (status < 300 ? okBody : failure).safeParse(json);
  if (!envelope.success) return `${status} outside of the envelope: ${text.slice(0, 500)}`;
  if (envelope.data.meta.requestId !== requestId) return 'another request id in the body than in the header';
  if (envelope.data.success) {
    for (const [id] of text.matchAll(/(?<="id":")[0-9a-f-]{36}/g)) if (ids.length < 500) ids.push(id);
    return null;
  }
  const { code, details } = envelope.data.error;
  if (status !== 400 || SIGNED.has(new URL(request.url).pathname)) return null;
  const named = code === 'VALIDATION_ERROR' && Array.isArray(details) && details.length > 0;
  return named && details.every(({ field, message }) => field !== '' && message !== '')
    ? null
    : `400 that names no field: ${text.slice(0, 500)}`;
}

/** There is most to get wrong in bodies; but hashing passwords takes as long as everything else together. */
function weightOf({ body }: Operation): number {
  if (!body) return 2;
  const schema = body.$ref ? schemas[body.$ref.split('/').at(-1) ?? ''] : body;
  return schema?.properties?.password ? 1 : 6;
}

function shown({ method, target, headers, body, actor }: Plan): string {
  const shownBody = typeof body === 'string' ? body.slice(0, 300) : body;
  return JSON.stringify({
    method,
    target,
    headers: headers.map(([name, value]) => [name, value.slice(0, 80)]),
    body: shownBody,
    actor: actor % actors.length,
  });
}

describe('odd input', () => {
  it(`${REQUESTS} requests made from the document get no 5xx, and answers that say what is wrong`, async () => {
    const anyRequest = fc.oneof(
      ...operations.map((operation) => ({
        weight: weightOf(operation),
        arbitrary: requestsTo(operation, schemas),
      })),
    );
    const plans = fc.array(anyRequest, { minLength: AT_ONCE, maxLength: AT_ONCE });
    const found = new Map<string, string>();
    for (const batch of fc.sample(plans, { seed: SEED, numRuns: REQUESTS / AT_ONCE })) {
      await Promise.all(
        batch.map(async (plan) => {
          const problem = await problemWith(plan);
          // One of a kind is enough.
          const kind = `${plan.operation.method} ${plan.operation.path} ${problem?.slice(0, 40)}`;
          if (problem && !found.has(kind)) found.set(kind, `${problem.slice(0, 1_000)}\n  ${shown(plan)}`);
        }),
      );
    }
    expect([...found.values()], `again: SEED=${SEED}`).toEqual([]);
  }, 300_000);

  it('reached every operation, and got through to most of them', () => {
    for (const { path } of operations) expect(statuses.get(path), path).toBeDefined();
    const through = [...statuses].filter(([, counted]) => [...counted.keys()].some((status) => status < 300));
    expect(through.length / statuses.size).toBeGreaterThan(0.6);
  });
});

import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { EventLog, LOG_TAIL, type LoggedEvent } from './event-log.ts';

const at = new Date('2026-11-23T12:00:00.123Z');
const event = (seq: number): LoggedEvent => ({ seq, name: 'said', data: { text: `number ${seq}` }, at });
const events = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => event(from + index));
const seqs = (found: LoggedEvent[] | 'too_far_back') =>
  found === 'too_far_back' ? found : found.map(({ seq }) => seq);

function somewhere() {
  const stub = env.RATE_LIMITER.get(env.RATE_LIMITER.newUniqueId());
  const within = <R>(use: (log: EventLog<LoggedEvent>) => R) =>
    runInDurableObject(stub, (_, ctx) => use(new EventLog(ctx.storage.sql)));
  return { stub, within };
}

describe('an event log', () => {
  it('gives exactly what came after a seq, as it was', async () => {
    const { stub, within } = somewhere();
    await within((log) => log.append(events(1, 5)));
    await evictDurableObject(stub);
    await within((log) => {
      expect(log.head()).toBe(5);
      expect(log.since(3)).toEqual([event(4), event(5)]);
      expect(log.since(5)).toEqual([]);
      expect(log.since(0)).toEqual(events(1, 5));
    });
  });

  it('leaves out what it has already, and says what was new', async () => {
    await somewhere().within((log) => {
      log.append(events(1, 3));
      expect(seqs(log.append(events(2, 5)))).toEqual([4, 5]);
      expect(log.append(events(2, 5))).toEqual([]);
      expect(log.head()).toBe(5);
    });
  });

  it('refuses events with a gap between them, and then takes nothing at all', async () => {
    await somewhere().within((log) => {
      log.append(events(1, 3));
      expect(() => log.append([event(4), event(6)])).toThrow(RangeError);
      expect(log.head()).toBe(3);
    });
  });

  it('begins anew with what lies beyond it, so that nobody resumes across the gap', async () => {
    await somewhere().within((log) => {
      log.append(events(1, 3));
      log.append(events(7, 8));
      expect(seqs(log.tail(0))).toEqual([7, 8]);
      expect(log.since(3)).toBe('too_far_back');
      expect(seqs(log.since(6))).toEqual([7, 8]);
    });
  });

  it('keeps a tail, and knows what lies too far back or was never', async () => {
    await somewhere().within((log) => {
      log.append(events(1, 20));
      log.append(events(21, LOG_TAIL + 10));
      const head = LOG_TAIL + 10;
      expect(log.since(9)).toBe('too_far_back');
      expect(seqs(log.since(10))).toEqual(seqs(events(11, head)));
      expect(log.since(head + 1)).toBe('too_far_back');
      expect(log.since(Number.NaN)).toBe('too_far_back');
      expect(seqs(log.tail(0))).toEqual(seqs(events(11, head)));
    });
  });

  it('may begin anywhere, and tells that it did', async () => {
    await somewhere().within((log) => {
      expect(log.since(0)).toEqual([]);
      expect(log.since(1)).toBe('too_far_back');
      log.append(events(101, 103));
      expect(log.since(99)).toBe('too_far_back');
      expect(seqs(log.since(100))).toEqual([101, 102, 103]);
    });
  });

  it('drops nothing that the record does not hold yet', async () => {
    const stub = env.RATE_LIMITER.get(env.RATE_LIMITER.newUniqueId());
    await runInDurableObject(stub, (_, ctx) => {
      let kept = 0;
      const log = new EventLog<LoggedEvent>(ctx.storage.sql, () => kept);
      log.append(events(1, LOG_TAIL + 100));
      expect(log.tail(0)).toHaveLength(LOG_TAIL + 100);
      kept = 50;
      log.trim();
      expect(log.tail(0)[0]?.seq).toBe(51);
      kept = LOG_TAIL + 100;
      log.trim();
      expect(log.tail(0)).toHaveLength(LOG_TAIL);
      expect(log.head()).toBe(LOG_TAIL + 100);
    });
  });

  it('finds an event, the latest of a name, and gives what was rewritten', async () => {
    await somewhere().within((log) => {
      log.append([...events(1, 3), { ...event(4), name: 'left' }, event(5)]);
      expect(log.at(2)).toEqual(event(2));
      expect(log.at(9)).toBeNull();
      expect(seqs(log.latest('said', 2))).toEqual([3, 5]);
      log.rewrite({ seq: 3, data: { text: null } });
      expect(log.since(2)).toMatchObject([{ seq: 3, data: { text: null } }, { seq: 4 }, { seq: 5 }]);
    });
  });
});

import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { LOG_TAIL } from '../realtime/event-log.ts';
import { LiveLog } from './live-log.ts';

const at = new Date('2026-11-26T12:00:00Z');

function within<R>(use: (log: LiveLog) => R): Promise<R> {
  const stub = env.RATE_LIMITER.get(env.RATE_LIMITER.newUniqueId());
  return runInDurableObject(stub, (_, { storage }) => use(new LiveLog(storage, () => at)));
}

function say(log: LiveLog, text: string): number {
  const data = { userId: 'mara', username: 'mara', role: 'viewer', text } as const;
  return log.append({ name: 'chat:message', data }).seq;
}

function redact(log: LiveLog, seq: number): void {
  const message = log.message(seq);
  if (!message) throw new Error('it was said');
  log.redact(message);
}

describe('a deleted message', () => {
  it('goes into the archive again when it was on its way there as it had been', async () => {
    await within((log) => {
      const secret = say(log, 'a secret');
      const underWay = log.unarchived(100);
      redact(log, secret);
      log.archived(underWay);
      const again = log.unarchived(100);
      expect(again.map(({ seq, data }) => [seq, data])).toEqual([
        [secret, expect.objectContaining({ text: null })],
      ]);
      log.archived(again);
      expect(log.unarchived(100)).toEqual([]);
    });
  });

  it('is kept until the archive has it, however much is said after it', async () => {
    await within((log) => {
      const secret = say(log, 'a secret');
      log.archived(log.unarchived(100));
      redact(log, secret);
      for (let n = 0; n <= LOG_TAIL; n++) say(log, 'and so on');
      // The archive is away for what was deleted, and then takes all at once.
      expect(log.unarchived(1)).toMatchObject([{ seq: secret, data: { text: null } }]);
      log.archived(log.unarchived(2 * LOG_TAIL));
      expect(log.unarchived(1)).toEqual([]);
      say(log, 'one more');
      expect(log.message(secret)).toBeNull();
    });
  });
});

import { strayHolds } from './books.ts';
import { v7 } from './ids.ts';
import { openDisputes } from './outside.ts';
import { resolution } from './people.ts';
import { ADMIN } from './queries.ts';
import type { Stage } from './stage.ts';
import { letPass, nextAlarm } from './time.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Longer than an unknown step is looked for, so that none is any more. */
const DUST_SETTLES_MS = 6 * HOUR;
const MOST_ROUNDS = 40;

/** Nothing goes wrong any more, and everything is brought to its end: what is under way, what is owed, what is undecided. */
export async function quietEnd(stage: Stage): Promise<void> {
  stage.story?.push('--- from here on all is well ---');
  stage.clearUp();
  await stage.finish();
  for (const room of [...stage.rooms.values()].flat()) stage.crash(room);
  await compareAll(stage);
  await letPass(stage, DUST_SETTLES_MS, { deadlines: false });
  await retryParked(stage);
  await letPass(stage, DUST_SETTLES_MS, { deadlines: false });
  expectNoStrays(stage);

  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const before = stage.record.revision;
    openAccountsAgain(stage);
    decideAll(stage);
    await compareAll(stage);
    await retryParked(stage);
    const next = nextAlarm(stage);
    await letPass(stage, Math.max(next === null ? 0 : next - stage.nowMs, 10 * DAY), {
      beforeEach: () => expectNoStrays(stage),
    });
    if (stage.record.revision === before && nextAlarm(stage) === null) return;
  }
  throw new Error('it has no end');
}

function expectNoStrays(stage: Stage): void {
  const strays = strayHolds(stage);
  if (strays.length > 0) throw new Error(strays.join('\n'));
}

async function compareAll(stage: Stage): Promise<void> {
  for (const { order, money } of stage.states) {
    if (money) stage.start(`comparing ${order.id}`, stage.roomOf(order.id).sync());
  }
  await stage.finish();
}

/** Accounts that Stripe wanted more of have given it; those that were never opened stay so. */
function openAccountsAgain(stage: Stage): void {
  for (const accountId of stage.accounts.values()) {
    const account = stage.stripe.world.state.accounts.get(accountId);
    const closed = account?.details_submitted && account.capabilities?.transfers !== 'active';
    if (closed) stage.stripe.controls.finishOnboarding(accountId);
    stage.accountSeen(accountId);
  }
}

/** Banks decide what is before them, and admins what is disputed. */
function decideAll(stage: Stage): void {
  for (const { id } of openDisputes(stage)) {
    stage.stripe.controls.decideDispute(id, stage.chance.pick(['won', 'lost'] as const));
  }
  for (const { order } of stage.states) {
    if (order.status !== 'disputed') continue;
    const room = stage.roomOf(order.id);
    stage.start(`resolving ${order.id}`, room.give(resolution(stage, order), ADMIN, v7()));
  }
}

async function retryParked(stage: Stage): Promise<void> {
  for (const { order, money } of stage.states) {
    for (const { id } of money?.steps.filter(({ state }) => state === 'parked') ?? []) {
      stage.story?.push(`retry ${id}`);
      stage.start(`retrying ${id}`, stage.roomOf(order.id).retry(id));
    }
  }
  await stage.finish();
}

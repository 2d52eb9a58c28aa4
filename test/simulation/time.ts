import { deadlineOf } from '#domain/orders/deadlines.ts';
import type { OrderState } from '#domain/orders/order.ts';
import { stepsDueAt } from '#domain/payments/steps.ts';
import type { Letter, Stage } from './stage.ts';

/** More turns than anything takes to come to rest. */
const MOST_ROUNDS = 200;
/** More alarms than go off in the longest time that passes at once. */
const MOST_ALARMS = 1_000;

/** What of an order is to be waited for: its steps, and with `deadlines` its deadlines too. */
function dueAt(state: OrderState, deadlines: boolean): Date | null {
  const times = [
    state.money ? stepsDueAt(state.money) : null,
    deadlines ? (deadlineOf(state)?.at ?? null) : null,
  ].filter((time) => time !== null);
  return times.length > 0 ? new Date(Math.min(...times.map((time) => time.getTime()))) : null;
}

/** Whether an order's alarm goes off now. */
export function isDue(state: OrderState, now: Date): boolean {
  const due = dueAt(state, true);
  return due !== null && due <= now;
}

/** An order's alarm goes off; or the sweeper wakes it, because its alarm was lost or another instance has it. */
export function takeTurn(stage: Stage, state: OrderState, { deadlines = true } = {}): void {
  const { order, money } = state;
  const steps = money && stepsDueAt(money);
  const deadline = deadlineOf(state);
  const room = stage.roomOf(order.id);
  if (deadlines && stage.chance.happens(0.3)) {
    stage.start(`waking ${order.id}`, room.wake());
    return;
  }
  if (steps && steps <= stage.now) stage.start(`steps of ${order.id}`, room.run());
  if (deadlines && deadline && deadline.at <= stage.now) {
    stage.tell(`deadline ${deadline.name}`, () => order.id);
    stage.start(`deadline ${deadline.name} of ${order.id}`, room.enforceDeadline({ anew: false }));
  }
}

/** Lets everything that is due now happen, until nothing is. */
export async function comeToRest(stage: Stage, { deadlines = true } = {}): Promise<void> {
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    await stage.finish();
    const isHere = ({ dueMs }: Letter) => dueMs <= stage.nowMs;
    const letters = stage.mail.filter(isHere);
    stage.mail = stage.mail.filter((letter) => !isHere(letter));
    for (const letter of letters) stage.deliver(letter);
    await stage.finish();
    const due = stage.states.filter((state) => {
      const at = dueAt(state, deadlines);
      return at !== null && at <= stage.now;
    });
    if (due.length === 0 && !stage.mail.some(isHere)) return;
    for (const state of due) takeTurn(stage, state, { deadlines });
  }
  throw new Error('it does not come to rest');
}

/** Lets so much time pass, and each alarm go off at its time. */
export async function letPass(
  stage: Stage,
  ms: number,
  { deadlines = true, beforeEach = () => {} }: { deadlines?: boolean; beforeEach?: () => void } = {},
): Promise<void> {
  const until = stage.nowMs + ms;
  for (let round = 0; round < MOST_ALARMS; round += 1) {
    await comeToRest(stage, { deadlines });
    beforeEach();
    const next = nextAlarm(stage, deadlines);
    if (next === null || next > until) {
      stage.advance(until - stage.nowMs);
      await comeToRest(stage, { deadlines });
      return;
    }
    stage.advance(next - stage.nowMs);
  }
  throw new Error('something is due again and again');
}

/** When the next alarm goes off; null when none does. */
export function nextAlarm(stage: Stage, deadlines = true): number | null {
  const times = stage.states.map((state) => dueAt(state, deadlines)?.getTime() ?? Infinity);
  const next = Math.min(...times);
  return Number.isFinite(next) ? next : null;
}

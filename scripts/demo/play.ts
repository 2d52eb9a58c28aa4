import type { Audience } from './audience.ts';
import { bidAndAccept } from './scenes/bids.ts';
import { showLedger } from './scenes/money.ts';
import { goLive, openPages, seeTheEnd } from './scenes/picture.ts';
import { becomeAvailable, placeOrder } from './scenes/place-order.ts';
import { enterRoom, type Room, talk, walk } from './scenes/way.ts';
import { callOff, complete, readLog, readTrack, settle, startUnseen } from './scenes/work.ts';
import type { Stage } from './stage.ts';

/** How it may begin: live before an audience; unseen, where a system carries no video; or not at all. */
export type Beginning = Audience | 'unseen' | 'impossible';

/**
 * Plays one order from tap to done. Each scene checks what it was to bring about.
 * @returns the order's id
 * @throws Error naming what was expected and did not happen
 */
export async function playOrder(stage: Stage, beginning: Beginning): Promise<string> {
  const { cast, timeline } = stage;
  timeline.heading('The order');
  const nearNews = await stage.open(cast.near, '/users/me/socket');
  const creatorNews = await stage.open(cast.creator, '/users/me/socket');
  await becomeAvailable(stage);
  const { id } = await placeOrder(stage, nearNews);

  timeline.heading('The bids');
  await bidAndAccept(stage, id, { creatorNews, nearNews });

  timeline.heading('The way');
  const room = await enterRoom(stage, id);
  await walk(stage, room);
  await talk(stage, room);

  if (beginning === 'impossible') {
    timeline.heading('No picture, no work');
    await callOff(stage, id, room);
  } else {
    await work(stage, id, { room, beginning });
  }
  await cast.near.put('/providers/me/availability', { available: false });
  await readTrack(stage, id);

  timeline.heading('What it took');
  timeline.show(timeline.summary());
  timeline.heading("The order's events");
  await readLog(stage, id, room);
  return id;
}

type Work = { readonly room: Room; readonly beginning: Exclude<Beginning, 'impossible'> };

async function work(stage: Stage, orderId: string, { room, beginning }: Work): Promise<void> {
  const { timeline } = stage;
  if (beginning === 'unseen') {
    timeline.heading('The work');
    await startUnseen(stage, orderId, room);
    await complete(stage, orderId, room);
  } else {
    timeline.heading('The picture');
    const pages = await openPages(stage, beginning, orderId);
    await goLive(stage, room, pages);
    timeline.heading('The work');
    await complete(stage, orderId, room);
    await seeTheEnd(stage, orderId, pages);
  }
  await settle(stage, orderId, room);
  timeline.heading('The ledger of it');
  await showLedger(stage, orderId);
}

import { bidAndAccept } from './scenes/bids.ts';
import { showLedger } from './scenes/money.ts';
import { goLive, openPages, seeTheEnd } from './scenes/picture.ts';
import { becomeAvailable, placeOrder } from './scenes/place-order.ts';
import { enterRoom, type Room, talk, walk } from './scenes/way.ts';
import { callOff, complete, readLog, readTrack, settle, startUnseen } from './scenes/work.ts';
import type { Stage } from './stage.ts';
import type { Video } from './video.ts';

/**
 * Plays one order from tap to done; where there should be a picture and is none, until the work would begin. Each scene checks what it
 * was to bring about.
 * @returns the order's id
 * @throws Error naming what was expected and did not happen
 */
export async function playOrder(stage: Stage, video: Video): Promise<string> {
  try {
    return await play(stage, video);
  } finally {
    stage.clear();
  }
}

async function play(stage: Stage, video: Video): Promise<string> {
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

  switch (video.kind) {
    case 'picture': {
      timeline.heading('The picture');
      const pages = await openPages(stage, video.audience, id);
      await goLive(stage, room, pages);
      timeline.heading('The work');
      await complete(stage, id, room);
      await seeTheEnd(stage, id, pages);
      await settleUp(stage, id, room);
      break;
    }
    case 'off':
      timeline.heading('The work');
      await startUnseen(stage, id, room);
      await complete(stage, id, room);
      await settleUp(stage, id, room);
      break;
    case 'missing':
      timeline.heading('No picture, no work');
      await callOff(stage, id, room);
      break;
  }

  timeline.heading('Afterwards');
  await cast.near.put('/providers/me/availability', { available: false });
  await readTrack(stage, id);

  timeline.heading('What it took');
  timeline.show(timeline.summary());
  timeline.heading("The order's events");
  await readLog(stage, id, room);
  return id;
}

async function settleUp(stage: Stage, orderId: string, room: Room): Promise<void> {
  await settle(stage, orderId, room);
  stage.timeline.heading('Its part of the ledger');
  await showLedger(stage, orderId);
}

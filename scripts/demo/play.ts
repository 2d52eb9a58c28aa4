import { bidAndAccept } from './scenes/bids.ts';
import { becomeAvailable, placeOrder } from './scenes/place-order.ts';
import { enterRoom, talk, walk } from './scenes/way.ts';
import { readLog, readTrack, work } from './scenes/work.ts';
import { type Cast, Stage } from './stage.ts';
import type { Timeline } from './timeline.ts';

/**
 * Plays one order from tap to done. Each scene checks what it was to bring about.
 * @returns the order's id
 * @throws Error naming what was expected and did not happen
 */
export async function playOrder(cast: Cast, base: string, timeline: Timeline): Promise<string> {
  const stage = new Stage(cast, base, timeline);
  try {
    timeline.heading('The order');
    const nearNews = await stage.open(cast.near, '/users/me/socket');
    const creatorNews = await stage.open(cast.creator, '/users/me/socket');
    await becomeAvailable(stage);
    const order = await placeOrder(stage, nearNews);

    timeline.heading('The bids');
    await bidAndAccept(stage, order, { creatorNews, nearNews });

    timeline.heading('The way');
    const room = await enterRoom(stage, order.id);
    await walk(stage, room);
    await talk(stage, room);

    timeline.heading('The work');
    await work(stage, order.id, room);
    await cast.near.put('/providers/me/availability', { available: false });

    await readTrack(stage, order.id);

    timeline.heading('What it took');
    timeline.show(timeline.summary());
    timeline.heading("The order's events");
    await readLog(stage, order.id, room);
    return order.id;
  } finally {
    stage.clear();
  }
}

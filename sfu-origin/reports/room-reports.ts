import { originPath, originReports } from '#contract/origin.ts';
import type { Logger } from '../logger.ts';
import type { Room } from '../rooms/room.ts';
import type { Rooms } from '../rooms/rooms.ts';
import type { Edge } from './edge.ts';
import { Reporter } from './reporter.ts';

/** Many come and go when a show begins: their number alone is not worth a message each. */
const COUNTS_WITHIN_MS = 1_000;

/** Tells each room's live room what becomes of its media, and heeds the answers. */
export class RoomReports {
  readonly #edge: Edge;
  readonly #logger: Logger;
  readonly #reporters = new Map<Room, Reporter>();
  /** The last words of rooms that are closed. */
  readonly #finishing = new Set<Promise<void>>();

  constructor(rooms: Rooms, edge: Edge, logger: Logger) {
    this.#edge = edge;
    this.#logger = logger;
    rooms.on('opened', (room) => this.#follow(room));
  }

  /** Resolves when all that is under way has been told, or has failed. */
  async finish(): Promise<void> {
    await Promise.all(this.#finishing);
  }

  #follow(room: Room): void {
    const reporter = new Reporter(
      (signal) => this.#tell(room, signal),
      this.#logger.child({ roomId: room.id }),
    );
    this.#reporters.set(room, reporter);
    room.on('changed', () => reporter.changed());
    room.on('counted', () => reporter.changed(COUNTS_WITHIN_MS));
    room.once('closed', () => {
      this.#reporters.delete(room);
      const finishing = reporter.finish().finally(() => this.#finishing.delete(finishing));
      this.#finishing.add(finishing);
    });
  }

  async #tell(room: Room, signal: AbortSignal): Promise<void> {
    const { path } = originReports.roomState;
    const { renewedAt } = room;
    const answer = await this.#edge.report(
      'roomState',
      originPath(path, { roomId: room.id }),
      room.id,
      room.state(),
      signal,
    );
    if (room.closed) return;
    if (answer.renew) room.renew(answer);
    // Opened anew while this was answered, it is wanted after all.
    else if (room.renewedAt === renewedAt) room.close('asked');
  }
}

import { EventEmitter } from 'node:events';
import type { OpenRoomBody } from '#contract/origin.ts';
import { OriginError } from '../origin-error.ts';
import { Room, type RoomContext } from './room.ts';

export type RoomsEvents = {
  opened: [Room];
};

/** Every room of this origin. */
export class Rooms extends EventEmitter<RoomsEvents> {
  readonly #context: RoomContext;
  readonly #rooms = new Map<string, Room>();
  readonly #opening = new Map<string, Promise<Room>>();
  #draining = false;

  constructor(context: RoomContext) {
    super();
    this.#context = context;
  }

  get size(): number {
    return this.#rooms.size;
  }

  get draining(): boolean {
    return this.#draining;
  }

  get participants(): number {
    return [...this.#rooms.values()].reduce((sum, { participantCount }) => sum + participantCount, 0);
  }

  [Symbol.iterator](): Iterator<Room> {
    return [...this.#rooms.values()][Symbol.iterator]();
  }

  /** Opens a room, or renews one that is open. @throws OriginError DRAINING, LIMIT_REACHED, NO_WORKER */
  async open(roomId: string, body: OpenRoomBody): Promise<Room> {
    const room = this.#rooms.get(roomId) ?? (await this.#openNew(roomId));
    room.renew(body);
    return room;
  }

  /** The room, when it is open here. */
  find(roomId: string): Room | undefined {
    return this.#rooms.get(roomId);
  }

  /** @throws OriginError ROOM_NOT_FOUND */
  get(roomId: string): Room {
    const room = this.find(roomId);
    if (!room) throw new OriginError('ROOM_NOT_FOUND', `room ${roomId} is not open here`);
    return room;
  }

  async tick(): Promise<void> {
    await Promise.all([...this.#rooms.values()].map((room) => room.tick()));
  }

  /** No new rooms from now on; those that are here are to go elsewhere. */
  drain(): void {
    if (this.#draining) return;
    this.#draining = true;
    for (const room of this.#rooms.values()) room.move();
  }

  closeAll(): void {
    for (const room of this.#rooms.values()) room.close('origin_stopped');
  }

  /** Two who open the same room at once get the same. */
  #openNew(roomId: string): Promise<Room> {
    const present = this.#opening.get(roomId);
    if (present) return present;
    if (this.#draining) throw new OriginError('DRAINING', 'this origin is about to stop: choose another');
    if (this.#rooms.size + this.#opening.size >= this.#context.configuration.maxRooms) {
      throw new OriginError('LIMIT_REACHED', 'this origin has as many rooms as it may have: choose another');
    }
    const opening = this.#create(roomId).finally(() => this.#opening.delete(roomId));
    this.#opening.set(roomId, opening);
    return opening;
  }

  async #create(roomId: string): Promise<Room> {
    const room = await Room.create(roomId, this.#context);
    this.#rooms.set(roomId, room);
    room.once('closed', () => this.#rooms.delete(roomId));
    this.emit('opened', room);
    if (this.#draining) room.move();
    return room;
  }
}

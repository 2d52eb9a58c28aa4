import pMap from 'p-map';
import { coveringCells } from '#domain/geo/cells.ts';
import { distanceMeters } from '#domain/geo/coordinates.ts';
import { OFFER_LIMIT, rankCandidates } from '#domain/matching/ranking.ts';
import type { OrderState } from '#domain/orders/order.ts';
import { viewOrder } from '#domain/orders/order-view.ts';
import type { Env } from '../env.ts';
import type { OpenOrder } from '../geo-cell/open-order.ts';
import { geoCell, person } from '../stubs.ts';
import { CALLS_AT_ONCE, within } from '../within.ts';

/**
 * What the world was told of this order: the cells that hold it and the persons who were offered it. Written down
 * before each call, so that a room that dies in between still knows whom to tell otherwise.
 */
export class Announcement {
  readonly #env: Env;
  readonly #sql: SqlStorage;

  constructor(env: Env, sql: SqlStorage) {
    this.#env = env;
    this.#sql = sql;
    sql.exec(`
      create table if not exists announced_cells (cell text primary key);
      create table if not exists offered_persons (person_id text primary key);
    `);
  }

  /** Makes what was told match a pending order: into the cells that its radius reaches, to the best providers there. */
  async announce({ order, applications }: OrderState): Promise<void> {
    // Whom an order reaches shows itself to providers, so everything here is reckoned from its blurred place.
    const open: OpenOrder = {
      orderId: order.id,
      version: order.version,
      creatorId: order.creatorId,
      serviceRadius: order.serviceRadius,
      view: viewOrder(order, 'stranger'),
    };
    const cells = coveringCells(open.view.location, order.serviceRadius);
    const formerCells = this.#cells().filter((cell) => !cells.includes(cell));
    for (const cell of cells) this.#sql.exec('insert or ignore into announced_cells values (?)', cell);

    const answers = await pMap(cells, (cell) => within(geoCell(this.#env, cell).announce(cell, open)), {
      concurrency: CALLS_AT_ONCE,
    });
    // Somebody who moves is in two cells for a moment.
    const found = new Map(
      answers.flatMap(({ providers }) => providers).map((found) => [found.personId, found]),
    );
    const applied = new Set(applications.map(({ providerId }) => providerId));
    const best = rankCandidates(
      [...found.values()]
        .filter(({ personId }) => !applied.has(personId) && personId !== order.creatorId)
        .map(({ personId, location, standing }) => ({
          id: personId,
          distanceMeters: distanceMeters(location, open.view.location),
          standing,
        })),
    ).slice(0, OFFER_LIMIT);

    const formerPersons = this.#persons().filter((personId) => !best.some(({ id }) => id === personId));
    for (const { id } of best) this.#sql.exec('insert or ignore into offered_persons values (?)', id);
    await pMap(
      best,
      ({ id, distanceMeters }) =>
        within(
          person(this.#env, id).offer(id, {
            orderId: order.id,
            version: order.version,
            order: open.view,
            distanceMeters: Math.round(distanceMeters),
          }),
        ),
      { concurrency: CALLS_AT_ONCE },
    );
    await this.#takeBack(order.id, order.version, formerCells, formerPersons);
  }

  /** Takes an order that is no longer open out of all cells, and its offers back from everyone. */
  async retract(orderId: string, version: number): Promise<void> {
    await this.#takeBack(orderId, version, this.#cells(), this.#persons());
  }

  async #takeBack(orderId: string, version: number, cells: string[], persons: string[]): Promise<void> {
    const answers = await pMap(
      cells,
      (cell) => within(geoCell(this.#env, cell).retract(cell, orderId, version)),
      { concurrency: CALLS_AT_ONCE },
    );
    for (const cell of cells) this.#sql.exec('delete from announced_cells where cell = ?', cell);
    // A cell tells newcomers by itself; it says whom.
    const told = new Set([...persons, ...answers.flatMap(({ told }) => told)]);
    await pMap(told, (id) => within(person(this.#env, id).withdrawOffer(id, orderId)), {
      concurrency: CALLS_AT_ONCE,
    });
    for (const id of told) this.#sql.exec('delete from offered_persons where person_id = ?', id);
  }

  #cells(): string[] {
    return this.#sql
      .exec<{ cell: string }>('select cell from announced_cells')
      .toArray()
      .map(({ cell }) => cell);
  }

  #persons(): string[] {
    return this.#sql
      .exec<{ person_id: string }>('select person_id from offered_persons')
      .toArray()
      .map((row) => row.person_id);
  }
}

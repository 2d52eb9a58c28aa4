import type Stripe from 'stripe';
import { answered, UnreadableAnswer } from './failures.ts';

const PAGE = 100;
/** More of anything has no payer and no payment. */
const MOST_PAGES = 10;

type Page<T> = (page: {
  limit: number;
  starting_after?: string;
}) => Promise<Stripe.Response<Stripe.ApiList<T>>>;

/** All of a list, newest first. Throws where it has no end: what was not seen must not be taken for absent. */
export async function listAll<T extends { id: string }>(page: Page<T>): Promise<T[]> {
  const all: T[] = [];
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const last = all.at(-1)?.id;
    const { data, has_more } = await answered(
      page({ limit: PAGE, ...(last === undefined ? {} : { starting_after: last }) }),
    );
    all.push(...data);
    if (!has_more) return all;
  }
  throw new UnreadableAnswer('a list without an end');
}

import fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { type Cursor, decodeCursor, encodeCursor, pageOf } from './cursors.ts';

const direction = fc.constantFrom<Cursor['direction']>('next', 'previous');
const id = fc.uuid({ version: 7 });
const anyCursor: fc.Arbitrary<Cursor> = fc.oneof(
  fc.record({ direction, id }),
  fc.record({ direction, id, position: fc.nat({ max: 65_535 }) }),
);

describe('a cursor', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(anyCursor, (cursor) => {
        expect(decodeCursor(encodeCursor(cursor))).toEqual(cursor);
      }),
    );
  });

  it('is short and needs no escaping in an address', () => {
    fc.assert(
      fc.property(anyCursor, (cursor) => {
        expect(encodeCursor(cursor)).toMatch(/^[A-Za-z0-9_-]{23,26}$/);
      }),
    );
  });

  it('is nothing but what we made: other text is refused, and so is one with a character more, less or changed at its end', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const cursor = decodeCursor(text);
        expect(cursor === null || encodeCursor(cursor) === text).toBe(true);
      }),
    );
    const good = encodeCursor({ direction: 'next', id: uuidv7() });
    const changedEnd = good.slice(0, -1) + (good.endsWith('_') ? '-' : '_');
    for (const bad of ['', 'null', `${good}A`, good.slice(1), `${good}=`, changedEnd, `Ag${good.slice(2)}`]) {
      expect(decodeCursor(bad)).toBeNull();
    }
  });
});

describe('a page', () => {
  it('that turns out empty leads nowhere', () => {
    const cursor: Cursor = { direction: 'next', id: uuidv7() };
    const page = pageOf([], { limit: 5, cursor, behind: true, totalCount: 3 });
    expect(page.pagination).toEqual({
      hasNextPage: false,
      hasPreviousPage: false,
      nextCursor: null,
      previousCursor: null,
      totalCount: 3,
    });
  });
});

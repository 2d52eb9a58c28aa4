import { type Cursor, decodeCursor } from '#db/queries/cursors.ts';
import { rejectField } from './errors.ts';

/** Where in a list a client wants to go on; null: from its beginning. Ends the request when it is no cursor of ours. */
export function pageCursor(given: string | undefined): Cursor | null {
  if (given === undefined) return null;
  return decodeCursor(given) ?? rejectField('cursor', 'is not a cursor');
}

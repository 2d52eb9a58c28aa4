import { reject } from '../../errors.ts';

/** Someone else moved a verification between our look at it and our step. */
export function verificationMoved(): never {
  return reject('CONFLICT', 'The verification changed meanwhile. Look again.', {
    reason: 'changed_meanwhile',
  });
}

/** Whether a person's identity has been checked. Everybody starts as `pending`. */
export const VERIFICATION_STATUSES = ['pending', 'verified', 'rejected'] as const;
export type VerificationStatus = (typeof VERIFICATION_STATUSES)[number];

/** Who moves a verification: the person by asking, or an admin by deciding. */
export type VerificationActor = 'self' | 'admin';

/**
 * From each status, where it may go and by whom. Asking again while pending changes nothing and is no error;
 * a rejected person may ask again; an admin may correct a rejection and take a verification back.
 */
const VERIFICATION_TRANSITIONS: Readonly<
  Record<VerificationStatus, Readonly<Partial<Record<VerificationStatus, VerificationActor>>>>
> = {
  pending: { pending: 'self', verified: 'admin', rejected: 'admin' },
  verified: { rejected: 'admin' },
  rejected: { pending: 'self', verified: 'admin' },
};

/** Whether `by` may move a verification from one status to another. */
export function mayMoveVerification(
  by: VerificationActor,
  from: VerificationStatus,
  to: VerificationStatus,
): boolean {
  return VERIFICATION_TRANSITIONS[from][to] === by;
}

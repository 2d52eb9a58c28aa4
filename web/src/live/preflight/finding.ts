/** What one look at a part of the way has found, in words for whoever wants video. `advice` says what to do. */
export type Finding = {
  readonly status: 'ok' | 'warning' | 'failing';
  readonly found: string;
  readonly advice?: string;
};

export const ok = (found: string): Finding => ({ status: 'ok', found });
export const warning = (found: string, advice: string): Finding => ({ status: 'warning', found, advice });
export const failing = (found: string, advice: string): Finding => ({ status: 'failing', found, advice });

/** What is looked at, in this order. */
export const CHECKS = ['browser', 'camera', 'microphone', 'server', 'udp', 'tcp', 'turn', 'picture'] as const;
export type Check = (typeof CHECKS)[number];

/** All that was found so far, in a sentence. */
export function summarize(findings: Partial<Record<Check, Finding>>, isDone: boolean): Finding | null {
  const all = Object.values(findings);
  if (!isDone) return null;
  if (findings.browser?.status === 'failing' || findings.server?.status === 'failing') {
    return { status: 'failing', found: 'Video does not work here.' };
  }
  if (findings.picture?.status === 'ok') {
    return all.some(({ status }) => status !== 'ok')
      ? { status: 'warning', found: 'Video works, though not as well as it could.' }
      : { status: 'ok', found: 'Video works: what you send comes back.' };
  }
  return { status: 'failing', found: 'Video does not come through.' };
}

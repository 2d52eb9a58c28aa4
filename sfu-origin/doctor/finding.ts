/**
 * What one look at a part of the system has found, in words for whoever runs it. `advice` says what to do, and is there
 * whenever something is to be done.
 */
export type Finding = {
  readonly about: string;
  readonly status: 'ok' | 'warning' | 'failing';
  readonly found: string;
  readonly advice?: string;
};

export const ok = (about: string, found: string): Finding => ({ about, status: 'ok', found });
export const warning = (about: string, found: string, advice: string): Finding => ({
  about,
  status: 'warning',
  found,
  advice,
});
export const failing = (about: string, found: string, advice: string): Finding => ({
  about,
  status: 'failing',
  found,
  advice,
});

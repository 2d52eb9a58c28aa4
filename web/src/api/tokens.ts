/** What a signed-in browser holds. `expiresAt`: when the access token ends, in milliseconds since the epoch. */
export type Tokens = {
  readonly userId: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresAt: number;
};

/** Where the tokens are kept, for all tabs of one browser. */
export type TokenStore = {
  read(): Tokens | null;
  write(tokens: Tokens | null): void;
  subscribe(listener: () => void): () => void;
  /**
   * Runs `work` while no other tab does. A refresh token used twice ends the whole session, so two tabs must not
   * rotate it at once.
   */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
};

const KEY = 'taplive.tokens';

function parse(text: string | null): Tokens | null {
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return null;
    const { userId, accessToken, refreshToken, expiresAt } = value as Partial<Tokens>; // checked field by field below
    return typeof userId === 'string' &&
      typeof accessToken === 'string' &&
      typeof refreshToken === 'string' &&
      typeof expiresAt === 'number'
      ? { userId, accessToken, refreshToken, expiresAt }
      : null;
  } catch {
    return null;
  }
}

/** Tokens in `localStorage`, with the browser's own locks between tabs where it has them (secure contexts only). */
export function browserTokenStore(storage: Storage): TokenStore {
  const listeners = new Set<() => void>();
  let seen: { text: string | null; tokens: Tokens | null } = { text: null, tokens: null };

  return {
    read() {
      const text = storage.getItem(KEY);
      // The same object while nothing changed, as React's external stores want.
      if (text !== seen.text) seen = { text, tokens: parse(text) };
      return seen.tokens;
    },
    write(tokens) {
      if (tokens) storage.setItem(KEY, JSON.stringify(tokens));
      else storage.removeItem(KEY);
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      const onStorage = (event: StorageEvent) => {
        if (event.key === KEY || event.key === null) listener();
      };
      window.addEventListener('storage', onStorage);
      return () => {
        listeners.delete(listener);
        window.removeEventListener('storage', onStorage);
      };
    },
    async exclusively(work) {
      // Plain http on another host than localhost has no locks; there the server's grace for siblings has to do.
      if (!('locks' in navigator)) return work();
      return await navigator.locks.request(KEY, work);
    },
  };
}

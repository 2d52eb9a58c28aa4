import type { Backend } from '#db/gateway/backend.ts';

/**
 * A backend that is opened by the first request that needs it, so that a run of tests without a database does not wait
 * for one. A failed start is the answer to every request.
 */
export function lazyBackend(kind: Backend['kind'], open: () => Promise<Backend>): Backend {
  let opened: Promise<Backend> | null = null;
  const get = () => {
    opened ??= open();
    return opened;
  };
  return {
    kind,
    execute: async (work, signal) => (await get()).execute(work, signal),
    check: async () => (await get()).check(),
    close: async () => (await opened)?.close(),
  };
}

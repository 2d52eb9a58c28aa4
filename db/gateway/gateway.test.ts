import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Backend, StatementResult, Work } from './backend.ts';
import { DatabaseError } from './errors.ts';
import { createFaultQueue } from './faults.ts';
import { type Gateway, type GatewayOptions, startGateway } from './gateway.ts';

const result: StatementResult = {
  fields: [],
  rows: [['1']],
  command: 'SELECT',
  rowCount: 1,
  rowAsArray: true,
};

/** A backend that remembers what reached it and answers every statement with one row. */
function recordingBackend(execute?: Backend['execute']) {
  const received: Work[] = [];
  const backend: Backend = {
    kind: 'pglite',
    async execute(work, signal) {
      received.push(work);
      return execute ? execute(work, signal) : work.statements.map(() => result);
    },
    check: async () => {},
    close: async () => {},
  };
  return { backend, received };
}

let gateway: Gateway | null = null;
async function start(options: GatewayOptions): Promise<string> {
  gateway = await startGateway(options);
  return gateway.url;
}
afterEach(async () => {
  await gateway?.close();
  gateway = null;
});

const headers = {
  'Neon-Connection-String': 'postgresql://me:p%40ss@host/db?application_name=x',
  'Neon-Raw-Text-Output': 'true',
  'Neon-Array-Mode': 'true',
};

function post(url: string, body: unknown, extra: Record<string, string> = {}): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return fetch(`${url}/sql`, { method: 'POST', headers: { ...headers, ...extra }, body: text });
}

describe('a request', () => {
  it('reaches the backend with its credentials decoded and its parameters as text', async () => {
    const { backend, received } = recordingBackend();
    const response = await post(await start({ backend }), {
      query: 'select $1',
      params: ['a', 2, true, null],
    });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual(result);
    expect(received).toEqual([
      {
        credentials: { user: 'me', password: 'p@ss', database: 'db' },
        statements: [{ text: 'select $1', params: ['a', '2', 'true', null] }],
        transaction: null,
      },
    ]);
  });

  it('with several queries is one batch, with the mode that its headers say', async () => {
    const { backend, received } = recordingBackend();
    const response = await post(
      await start({ backend }),
      { queries: [{ query: 'a', params: [] }, { query: 'b' }] },
      {
        'Neon-Batch-Isolation-Level': 'RepeatableRead',
        'Neon-Batch-Read-Only': 'true',
        'Neon-Batch-Deferrable': 'false',
      },
    );
    expect(await response.json()).toEqual({ results: [result, result] });
    expect(received[0]?.transaction).toEqual({
      isolationLevel: 'RepeatableRead',
      readOnly: true,
      deferrable: false,
    });
    expect(received[0]?.statements).toHaveLength(2);
  });

  const refused: [string, unknown, Record<string, string>, number][] = [
    ['without JSON', 'not json', {}, 400],
    ['without a query', {}, {}, 400],
    ['with no queries', { queries: [] }, {}, 400],
    ['with an object as parameter', { query: 'select $1', params: [{}] }, {}, 400],
    ['with a NUL in its query', { query: 'select 1\0' }, {}, 400],
    [
      'with more parameters than the wire protocol counts',
      { query: 'x', params: Array(65_536).fill(null) },
      {},
      400,
    ],
    ['for values that are not raw text', { query: 'select 1' }, { 'Neon-Raw-Text-Output': 'false' }, 400],
    [
      'with an unknown isolation level',
      { queries: [{ query: 'a' }] },
      { 'Neon-Batch-Isolation-Level': 'x; drop' },
      400,
    ],
    [
      'with a malformed connection string',
      { query: 'select 1' },
      { 'Neon-Connection-String': 'nonsense' },
      401,
    ],
    ['without a user', { query: 'select 1' }, { 'Neon-Connection-String': 'postgresql://host/db' }, 401],
    [
      'without a password',
      { query: 'select 1' },
      { 'Neon-Connection-String': 'postgresql://me@host/db' },
      401,
    ],
    [
      'without a database',
      { query: 'select 1' },
      { 'Neon-Connection-String': 'postgresql://me:pw@host' },
      401,
    ],
  ];
  it.each(refused)('%s is refused and never reaches the backend', async (_name, body, extra, status) => {
    const { backend, received } = recordingBackend();
    const response = await post(await start({ backend }), body, extra);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ message: expect.any(String), code: null });
    expect(received).toEqual([]);
  });

  it('that is too large is refused, whether it says its length or not', async () => {
    const { backend, received } = recordingBackend();
    const url = await start({ backend, maxBodyBytes: 1_000 });
    const body = JSON.stringify({ query: 'select $1', params: ['x'.repeat(2_000)] });
    expect((await post(url, body)).status).toBe(413);
    const streamed = await fetch(`${url}/sql`, {
      method: 'POST',
      headers,
      body: new Blob([body]).stream(),
      duplex: 'half',
    } as RequestInit); // undici needs `duplex`, which the DOM's types do not know
    expect(streamed.status).toBe(413);
    expect(received).toEqual([]);
  });
});

describe('an error', () => {
  it('of SQL is status 400 with all of its fields', async () => {
    const { backend } = recordingBackend(async () => {
      throw new DatabaseError('duplicate key', {
        code: '23505',
        constraint: 'users_email_key',
        detail: 'exists',
      });
    });
    const response = await post(await start({ backend }), { query: 'insert' });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      message: 'duplicate key',
      code: '23505',
      constraint: 'users_email_key',
      detail: 'exists',
      hint: null,
    });
  });

  it('inside the gateway is 500 and keeps its cause to itself', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const { backend } = recordingBackend(async () => {
      throw new TypeError('no such property');
    });
    const response = await post(await start({ backend }), { query: 'select 1' });
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('property');
    expect(log).toHaveBeenCalledOnce();
    log.mockRestore();
  });
});

describe('under load', () => {
  it('more requests than may be in flight are refused at once, and the others are answered', async () => {
    const release = Promise.withResolvers<void>();
    const { backend, received } = recordingBackend(async () => {
      await release.promise;
      return [result];
    });
    const url = await start({ backend, maxInFlight: 2 });
    const first = [post(url, { query: 'a' }), post(url, { query: 'b' })];
    await expect.poll(() => received.length).toBe(2);
    expect((await post(url, { query: 'c' })).status).toBe(503);
    release.resolve();
    expect((await Promise.all(first)).map(({ status }) => status)).toEqual([200, 200]);
    expect((await post(url, { query: 'd' })).status).toBe(200);
  });

  it('the backend hears that a client has gone', async () => {
    const gone = Promise.withResolvers<void>();
    const { backend, received } = recordingBackend(async (_work, signal) => {
      signal.addEventListener('abort', () => gone.resolve());
      await gone.promise;
      return [result];
    });
    const url = await start({ backend });
    const client = new AbortController();
    const request = fetch(`${url}/sql`, {
      method: 'POST',
      headers,
      body: '{"query":"a"}',
      signal: client.signal,
    });
    await expect.poll(() => received.length).toBe(1);
    client.abort();
    await expect(request).rejects.toThrow();
    await gone.promise;
  });

  it('closing waits for the request that runs', async () => {
    const release = Promise.withResolvers<void>();
    const { backend, received } = recordingBackend(async () => {
      await release.promise;
      return [result];
    });
    const running = await startGateway({ backend });
    const request = post(running.url, { query: 'a' });
    await expect.poll(() => received.length).toBe(1);
    const closed = running.close();
    release.resolve();
    expect((await request).status).toBe(200);
    await closed;
    await expect(post(running.url, { query: 'b' })).rejects.toThrow();
  });
});

describe('faults', () => {
  it('are not to be had unless the gateway was started with them', async () => {
    const { backend } = recordingBackend();
    const response = await fetch(`${await start({ backend })}/faults`, { method: 'DELETE' });
    expect(response.status).toBe(404);
  });

  it('apply to matching requests only, as often as asked', async () => {
    const { backend, received } = recordingBackend();
    const url = await start({ backend, faults: createFaultQueue() });
    const fault = { kind: 'drop-before-commit', match: 'insert', param: 'order-1', times: 2 };
    await fetch(`${url}/faults`, { method: 'POST', body: JSON.stringify(fault) });
    const insert = (order: string) => post(url, { queries: [{ query: 'insert into t', params: [order] }] });
    expect((await insert('order-2')).status).toBe(200);
    expect((await post(url, { query: 'select', params: ['order-1'] })).status).toBe(200);
    await expect(insert('order-1')).rejects.toThrow();
    await expect(insert('order-1')).rejects.toThrow();
    expect(received).toHaveLength(2);
    expect((await insert('order-1')).status).toBe(200);
  });

  it('can cut the answer off after everything has happened', async () => {
    const { backend, received } = recordingBackend();
    const url = await start({ backend, faults: createFaultQueue() });
    await fetch(`${url}/faults`, { method: 'POST', body: '{"kind":"commit-then-cut","times":1}' });
    await expect(post(url, { query: 'a' })).rejects.toThrow();
    expect(received).toHaveLength(1);
  });

  it('can be taken back, one or all', async () => {
    const { backend } = recordingBackend();
    const url = await start({ backend, faults: createFaultQueue() });
    const add = async () => {
      const response = await fetch(`${url}/faults`, {
        method: 'POST',
        body: '{"kind":"drop-before-commit","times":3}',
      });
      return (await response.json()).id;
    };
    const removed = await fetch(`${url}/faults/${await add()}`, { method: 'DELETE' });
    expect(await removed.json()).toEqual({ left: 3 });
    expect((await post(url, { query: 'a' })).status).toBe(200);
    await add();
    await fetch(`${url}/faults`, { method: 'DELETE' });
    expect((await post(url, { query: 'a' })).status).toBe(200);
  });

  it('that are malformed are refused', async () => {
    const { backend } = recordingBackend();
    const url = await start({ backend, faults: createFaultQueue() });
    for (const body of ['{"kind":"explode","times":1}', 'nonsense']) {
      expect((await fetch(`${url}/faults`, { method: 'POST', body })).status).toBe(400);
    }
  });
});

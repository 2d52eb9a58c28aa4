import fc from 'fast-check';
import { conforming, type Schema } from './conforming.ts';
import { mutated } from './mutated.ts';
import { oddBytes, oddJson, oddText, toJson } from './odd-values.ts';
import type { Operation } from './operations.ts';

/** A request before it is known who sends it, and what the ids in it are. */
export type Plan = {
  operation: Operation;
  method: string;
  /** Path and query, percent-encoded; ids as `@id n@`. */
  target: string;
  headers: [name: string, value: string][];
  body: string | Uint8Array | null;
  /** Which of the actors sends it. */
  actor: number;
};

const usually = <T>(weight: number, well: fc.Arbitrary<T>, odd: fc.Arbitrary<T>) =>
  fc.oneof({ weight, arbitrary: well }, { weight: 1, arbitrary: odd });

const encoded = (text: string) =>
  encodeURIComponent(text.toWellFormed()).replaceAll('%40', '@').replaceAll('%20', ' ');

const PATH_PARTS = [
  '%2F',
  '..%2F..',
  '%00',
  '%ff',
  '%',
  '%zz',
  '%2e%2e',
  'me',
  'nearby',
  'a%20b',
  '{id}',
  '*',
  ':id',
  '~',
  '%F0%9F%98%80',
  'a'.repeat(3_000),
];

const QUERIES = [
  '%00',
  '%',
  '%ff',
  'a=1&a=2',
  'latitude[]=1',
  'latitude=1&latitude=2',
  'limit=',
  'limit=1e2',
  'limit=-0',
  'cursor=AAAA',
  '&&&',
  '=',
  'since=99999999999',
  '__proto__[x]=1',
  'x'.repeat(6_000),
];

const HEADERS: [string, fc.Arbitrary<string>][] = [
  [
    'Idempotency-Key',
    fc.oneof(
      fc.constantFrom('', ' ', 'a'.repeat(300), 'é', 'same', '"quoted"', '../..', "' or 1=1"),
      fc.uuid(),
    ),
  ],
  [
    'X-Request-Id',
    fc.constantFrom('', 'short', 'a'.repeat(200), 'evil\t"quote"', 'fine-request-id', '\u00ff'.repeat(20)),
  ],
  [
    'Authorization',
    fc.constantFrom(
      '',
      'Bearer',
      'Bearer  a b',
      'Basic YTpi',
      `Bearer ${'a'.repeat(9_000)}`,
      'bearer a.b.c',
      'Bearer eyJhbGciOiJub25lIn0.e30.',
    ),
  ],
  [
    'X-Forwarded-For',
    fc.constantFrom('', ',', '::', '1.2.3.4, ::ffff:1.2.3.4', '999.1.1.1', 'a'.repeat(4_000), '[::1]:80'),
  ],
  ['Origin', fc.constantFrom('null', 'https://evil.example', 'x')],
  [
    'Content-Type',
    fc.constantFrom(
      '',
      'text/plain',
      'application/json; charset=utf-16',
      'multipart/form-data',
      'multipart/form-data; boundary=x',
      'application/x-www-form-urlencoded',
      'application/vnd.api+json',
      'application/JSON',
      'application/json;'.repeat(99),
    ),
  ],
  ['Upgrade', fc.constantFrom('websocket', 'h2c', 'WebSocket')],
  [
    'Sec-WebSocket-Protocol',
    fc.constantFrom('taplive.v1', 'bearer.', 'taplive.v1, bearer.x', ',,,', 'x'.repeat(5_000)),
  ],
  ['Accept', fc.constantFrom('text/html', '*/*;q=0', 'x')],
  ['Content-Encoding', fc.constantFrom('gzip', 'br', 'x')],
  ['X-HTTP-Method-Override', fc.constantFrom('DELETE', 'GET')],
  ['Range', fc.constant('bytes=0-')],
  ['User-Agent', fc.constantFrom('', 'a'.repeat(5_000), '\u00e9')],
  ['Expect', fc.constant('100-continue')],
];

const oddHeader = fc.oneof(
  ...HEADERS.map(([name, values]) => values.map((value): [string, string] => [name, value])),
);

const METHODS = ['GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'DELETE', 'PROPFIND', 'QUERY', 'patch'];

/** Requests to one operation: near to what it wants, and odd in some respect or in many. */
export function requestsTo(operation: Operation, schemas: Record<string, Schema>): fc.Arbitrary<Plan> {
  const target = fc
    .tuple(pathOf(operation, schemas), queryOf(operation, schemas))
    .map((parts) => parts.join(''));
  return fc.record({
    operation: fc.constant(operation),
    method: usually(14, fc.constant(operation.method), fc.constantFrom(...METHODS)),
    target,
    headers: fc.oneof(
      { weight: 5, arbitrary: fc.constant<[string, string][]>([]) },
      { weight: 2, arbitrary: fc.array(oddHeader, { minLength: 1, maxLength: 3 }) },
      // Keys that come again and again, with the same body and with others.
      {
        weight: 1,
        arbitrary: fc.nat({ max: 20 }).map((n): [string, string][] => [['Idempotency-Key', `key-${n}`]]),
      },
    ),
    body: bodyOf(operation, schemas),
    actor: fc.nat(),
  });
}

function pathOf({ path, parameters }: Operation, schemas: Record<string, Schema>): fc.Arbitrary<string> {
  const inPath = parameters.filter((parameter) => parameter.in === 'path');
  const values = fc.record(
    Object.fromEntries(
      inPath.map(({ name, schema }) => [
        name,
        usually(
          6,
          conforming(schema, schemas).map((value) => encoded(String(value))),
          fc.oneof(fc.constantFrom(...PATH_PARTS), oddText.map(encoded)),
        ),
      ]),
    ),
  );
  const tail = usually(30, fc.constant(''), fc.constantFrom('/', '//', '/x', '%2F', ';a=b', '/.', '%00'));
  return fc
    .tuple(values, tail)
    .map(([given, end]) => path.replaceAll(/\{(\w+)\}/g, (_, name: string) => given[name] ?? '') + end);
}

function queryOf({ parameters }: Operation, schemas: Record<string, Schema>): fc.Arbitrary<string> {
  const inQuery = parameters.filter((parameter) => parameter.in === 'query');
  const pairs = inQuery.map(({ name, schema }) =>
    fc.oneof(
      {
        weight: 5,
        arbitrary: conforming(schema, schemas).map((value) => [`${name}=${encoded(String(value))}`]),
      },
      { weight: 1, arbitrary: oddText.map((value) => [`${name}=${encoded(value)}`]) },
      { weight: 1, arbitrary: fc.constant<string[]>([]) },
    ),
  );
  const given = fc.tuple(...pairs).map((all) => all.flat().join('&'));
  const odd = fc.tuple(given, fc.constantFrom(...QUERIES)).map(([well, extra]) => `${well}&${extra}`);
  return usually(inQuery.length > 0 ? 8 : 30, given, odd).map((query) => (query ? `?${query}` : ''));
}

function bodyOf({ method, body }: Operation, schemas: Record<string, Schema>): fc.Arbitrary<Plan['body']> {
  if (method === 'GET') return fc.constant(null);
  // Operations without a body get one all the same, now and then.
  if (!body)
    return usually(4, fc.constant<Plan['body']>(null), fc.constantFrom('{}', 'null', '{"a":1}', '\u0000'));
  const json = mutated(conforming(body, schemas)).map(toJson);
  return fc.oneof(
    { weight: 12, arbitrary: json },
    { weight: 3, arbitrary: fc.tuple(json, oddJson).map(([text, spoil]) => spoil(text)) },
    { weight: 1, arbitrary: fc.tuple(json, oddBytes).map(([text, spoil]) => spoil(text)) },
    { weight: 1, arbitrary: fc.constant(null) },
  );
}

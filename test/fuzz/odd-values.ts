import fc from 'fast-check';

/** What no client that means well sends, and what a server must nevertheless take without falling over. */

const long = (length: number) => 'a'.repeat(length);

/** Numbers that JSON can spell and JavaScript cannot, or reads as something else: they stand in the text as they are here. */
const SPELLINGS = ['-0', '1e308', '-1e308', '1e400', '-1e400', '1e-400', '9007199254740993', '1E+2', '0.1e1'];

/** Marks a spelling inside of a value, so that {@link toJson} writes it without quotes. */
const spelled = (text: string) => `@spelled ${text}@`;

const TEXTS = [
  '',
  ' ',
  '\u0000',
  'before\u0000after',
  '\u0001\u001f\u007f',
  '\ud800',
  'a\udfffb',
  '\ufeff',
  '\u202eright to left\u202c',
  '\u200b',
  '👩‍👩‍👧‍👦🏳️‍🌈',
  'e\u0301'.repeat(20),
  'שלום مرحبا',
  "'; drop table users; --",
  "' or '1'='1",
  '<script>alert(1)</script>',
  '{{7*7}}',
  '../../etc/passwd',
  '%00%0d%0a',
  'a\r\nSet-Cookie: a=b',
  'NaN',
  'Infinity',
  'null',
  'undefined',
  '0x10',
  '1e3',
  '-1',
  long(129),
  long(5_000),
  '\u0000'.repeat(50),
];

const TIMES = [
  '0000-01-01T00:00:00Z',
  '1969-12-31T23:59:59Z',
  '2026-02-30T00:00:00Z',
  '2026-01-01T24:00:00Z',
  '2026-12-31T23:59:60Z',
  '2199-12-31T23:59:59.999999999Z',
  '+275760-09-13T00:00:00Z',
  '-000001-01-01T00:00:00Z',
  '2026-01-01T00:00:00+23:59',
  '2026-01-01T00:00:00-99:99',
  '2026-01-01',
  '1700000000000',
];

const IDS = [
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
  'FFFFFFFF-FFFF-4FFF-8FFF-FFFFFFFFFFFF',
  '{01a20a64-6267-7591-81af-10fdf8fa9c68}',
  '01a20a6462677591 81af10fdf8fa9c68',
  'urn:uuid:01a20a64-6267-7591-81af-10fdf8fa9c68',
];

const nested = (depth: number): unknown =>
  depth === 0 ? 0 : depth % 2 ? [nested(depth - 1)] : { a: nested(depth - 1) };

/** Characters that databases, terminals and readers stumble over, one at a time in text that is otherwise plain. */
const HOSTILE = [
  '\u0000',
  '\ud800',
  '\udc00',
  '\u0007',
  '\u001b[31m',
  '\u007f',
  '\u202e',
  '\ufffe',
  '\u2028',
  '\\',
  "'",
  '%',
];
const hostileText = fc
  .tuple(fc.constantFrom('', 'plain '), fc.constantFrom(...HOSTILE), fc.constantFrom('', ' text'))
  .map((parts) => parts.join(''));

/** Any odd text. */
export const oddText = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...TEXTS, ...TIMES, ...IDS) },
  { weight: 2, arbitrary: hostileText },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
);

/** Any odd JSON value. */
export const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: oddText },
  { weight: 2, arbitrary: fc.constantFrom(...SPELLINGS.map(spelled)) },
  {
    weight: 3,
    arbitrary: fc.constantFrom<unknown>(
      null,
      true,
      false,
      0,
      -1,
      0.5,
      2 ** 31,
      2 ** 53,
      1e21,
      5e-324,
      1e-7,
      [],
      {},
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom(10, 17, 100, 2_000).map(nested) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<unknown>([[]], [null], [{}], Array(300).fill('x'), Array(300).fill(0)),
  },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
);

/** Names that mean something to JavaScript, to SQL, or to nobody. */
export const oddKey = fc.oneof(
  fc.constantFrom(
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    'length',
    '',
    '$where',
    'role',
    'plan',
    'id',
    'creatorId',
    'status',
    'version',
    'a\u0000b',
    '\ud800',
    'x.y',
    '0',
  ),
  fc.string({ unit: 'binary', maxLength: 10 }),
);

/** JSON text of a value, with marked numbers spelled as they were meant. */
export function toJson(value: unknown): string {
  return (JSON.stringify(value) ?? 'null').replaceAll(/"@spelled ([^@]*)@"/g, '$1');
}

/** The JSON text cut, littered or put otherwise: still text. */
export const oddJson = fc.oneof(
  fc
    .double({ min: 0, max: 1, noNaN: true })
    .map((part) => (json: string) => json.slice(0, json.length * part)),
  fc.constantFrom<(json: string) => string>(
    (json) => `\ufeff${json}`,
    (json) => `${json}${json}`,
    (json) => `${json},`,
    (json) => `[${json}]`,
    (json) => json.replace('{', '{"title":"first","title":'),
    (json) => json.replaceAll('"', "'"),
    (json) => `/* */${json}`,
    (json) => `${'['.repeat(40)}${json}${']'.repeat(40)}`,
    (json) => `${json.slice(0, -1)},"padding":"${long(70_000)}"}`,
    () => '',
    () => ' ',
    () => 'null',
    () => 'undefined',
    () => '{"a":1',
    () => '{"\\u0000":"\\ud800"}',
    () => '"\\x"',
    () => `[${'0,'.repeat(20_000)}0]`,
  ),
);

/** The text as bytes that are no UTF-8, or none that was announced. */
export const oddBytes = fc
  .tuple(
    fc.constantFrom([0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0x00]),
    fc.nat(),
  )
  .map(([bytes, at]) => (text: string) => {
    const whole = [...new TextEncoder().encode(text)];
    whole.splice(at % (whole.length + 1), 0, ...bytes);
    return Uint8Array.from(whole);
  });

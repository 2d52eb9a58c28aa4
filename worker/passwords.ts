import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';

/** N = 2^14, r = 8, p = 5: 16 MiB and about 150 ms (OWASP Password Storage Cheat Sheet). */
const COST = { ln: 14, r: 8, p: 5 } as const;

const SALT_BYTES = 16;
const KEY_BYTES = 32;

/** What a hash was made with, as its PHC string says (github.com/P-H-C/phc-string-format). */
type Parsed = { ln: number; r: number; p: number; salt: Uint8Array; key: Uint8Array };

/** The hash of a password: `$scrypt$ln=14,r=8,p=5$salt$key`, base64 without padding. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const key = await derive(password, { ...COST, salt });
  return `$scrypt$ln=${COST.ln},r=${COST.r},p=${COST.p}$${encode(salt)}$${encode(key)}`;
}

/**
 * Whether this is the password behind `stored`, and whether that hash is weaker than those of today. Without a stored
 * hash it is not, but takes just as long to say so: nobody learns which people exist.
 */
export async function verifyPassword(
  password: string,
  stored: string | null,
): Promise<{ correct: boolean; outdated: boolean }> {
  const parsed = stored === null ? NOBODY : parse(stored);
  const key = await derive(password, parsed);
  const correct = timingSafeEqual(key, parsed.key) && stored !== null;
  return { correct, outdated: parsed.ln < COST.ln || parsed.r < COST.r || parsed.p < COST.p };
}

/** No password has this hash. */
const NOBODY: Parsed = { ...COST, salt: new Uint8Array(SALT_BYTES), key: new Uint8Array(KEY_BYTES) };

function derive(password: string, { ln, r, p, salt }: Omit<Parsed, 'key'>): Promise<Buffer> {
  const options: ScryptOptions = { N: 2 ** ln, r, p, maxmem: 64 * 1024 * 1024 };
  return new Promise((resolve, reject) => {
    scrypt(password, salt, KEY_BYTES, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

function parse(stored: string): Parsed {
  const [, ln, r, p, salt = '', key = ''] =
    stored.match(/^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([\w+/]+)\$([\w+/]+)$/) ?? [];
  if (key === '') throw new TypeError('not a scrypt hash');
  return { ln: Number(ln), r: Number(r), p: Number(p), salt: decode(salt), key: decode(key) };
}

function encode(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replaceAll('=', '');
}

function decode(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64'));
}

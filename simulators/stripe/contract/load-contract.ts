import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import Stripe from 'stripe';
import { type Contract, deriveContract } from './derive-contract.ts';

const derivedBy = ['derive-contract.ts', 'schema-of-type.ts', 'sdk-routes.ts'];

/**
 * The contract of the installed SDK: from the user's cache folder, or derived (some seconds) and kept there.
 * The cached file's name says everything that its content depends on.
 */
export function loadContract(): Contract {
  const file = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'taplive', cacheName());
  if (!existsSync(file)) {
    const contract = deriveContract();
    mkdirSync(dirname(file), { recursive: true });
    // One rename, so that nobody reads half of it; two at once write the same.
    const unfinished = `${file}.${process.pid}`;
    writeFileSync(unfinished, JSON.stringify(contract));
    renameSync(unfinished, file);
  }
  return JSON.parse(readFileSync(file, 'utf8'));
}

function cacheName(): string {
  const typescript = createRequire(import.meta.url)('typescript/package.json').version;
  const hash = createHash('sha256').update(typescript);
  for (const name of derivedBy) hash.update(readFileSync(join(import.meta.dirname, name)));
  return `stripe-${Stripe.PACKAGE_VERSION}-contract-${hash.digest('hex').slice(0, 16)}.json`;
}

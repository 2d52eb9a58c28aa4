import type { Env } from '#durable-objects/env.ts';

const MIN_SECRET_BYTES = 32;

/** Secrets that stand in our own files, or that people write into their place. */
const KNOWN_SECRETS = /development|change.?me|example|secret|^(.)\1*$/i;

/**
 * What is wrong with the configuration, one line each, naming the setting and never its value; empty when all is well.
 * Production is refused what only development may have.
 */
export function configurationProblems(env: Env): string[] {
  const problems: string[] = [];
  if (!env.DATABASE_URL) problems.push('DATABASE_URL is not set');
  if (new TextEncoder().encode(env.JWT_SECRET ?? '').length < MIN_SECRET_BYTES) {
    problems.push(`JWT_SECRET must have at least ${MIN_SECRET_BYTES} bytes`);
  }
  if (!['development', 'test', 'production'].includes(env.ENVIRONMENT)) {
    problems.push('ENVIRONMENT must be development, test or production');
  }
  if (!['cloudflare', 'x-forwarded-for', 'none'].includes(env.TRUSTED_PROXY)) {
    problems.push('TRUSTED_PROXY must be cloudflare, x-forwarded-for or none');
  }
  if (env.ANONYMOUS_LIMIT !== undefined && !/^[1-9]\d{0,8}$/.test(env.ANONYMOUS_LIMIT)) {
    problems.push('ANONYMOUS_LIMIT must be a whole number');
  }
  if (env.ENVIRONMENT !== 'production') return problems;

  if (KNOWN_SECRETS.test(env.JWT_SECRET ?? '')) problems.push('JWT_SECRET is a default one');
  if (env.DEMO_PEOPLE === 'true') problems.push('DEMO_PEOPLE is not for production');
  if (env.MEDIA_BACKEND === 'none')
    problems.push('MEDIA_BACKEND must not be none: nobody could be seen live');
  return problems;
}

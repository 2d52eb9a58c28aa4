import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Debian's packages that a build needs, each with the command that tells whether it is there. */
const NEEDED: Readonly<Record<string, readonly [string, ...string[]]>> = {
  'g++': ['c++', '--version'],
  meson: ['meson', '--version'],
  'ninja-build': ['ninja', '--version'],
  'pkg-config': ['pkg-config', '--version'],
  'flatbuffers-compiler': ['flatc', '--version'],
  'libflatbuffers-dev': ['pkg-config', '--exists', 'flatbuffers'],
  'libssl-dev': ['pkg-config', '--exists', 'openssl'],
  'libuv1-dev': ['pkg-config', '--exists', 'libuv'],
  'libsrtp2-dev': ['pkg-config', '--exists', 'libsrtp2'],
  'libabsl-dev': ['pkg-config', '--exists', 'absl_optional', 'absl_memory', 'absl_strings'],
};

/** The packages that are missing, as `apt-get install` takes them. */
export async function missingPackages(): Promise<string[]> {
  const found = await Promise.all(
    Object.entries(NEEDED).map(async ([name, [command, ...args]]) => {
      try {
        await execute(command, args);
        return null;
      } catch {
        return name;
      }
    }),
  );
  return found.filter((name) => name !== null);
}

/** Which libraries a binary built here is linked to: `debian-12`, by os-release(5). */
export function systemRelease(): string {
  const fields = readFileSync('/etc/os-release', 'utf8');
  const field = (name: string) => new RegExp(`^${name}="?([^"\\n]*)"?$`, 'm').exec(fields)?.[1] ?? '';
  return `${field('ID') || 'linux'}-${field('VERSION_ID') || 'rolling'}`;
}

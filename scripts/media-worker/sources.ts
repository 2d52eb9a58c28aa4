import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PACKAGE_FOLDER } from './mediasoup-package.ts';

/**
 * Our part of the build. `subprojects` has a folder for each library that meson would download: in their place they
 * offer what the system has installed. Meson takes a subproject from the folder that its wrap names, when it is there.
 */
const NATIVE = fileURLToPath(new URL('./native', import.meta.url));
const SUBPROJECTS = join(NATIVE, 'subprojects');

type Edit = { readonly file: string; readonly from: string; readonly to: string };

/** What has to be different in the sources themselves. */
const EDITS: readonly Edit[] = [
  // Debian 12 has meson 1.0; nothing of what came later is used.
  { file: 'meson.build', from: "meson_version: '>= 1.1.0'", to: "meson_version: '>= 1.0.0'" },
  // The type of a BIO callback's operation is a set of flags. With Debian's OpenSSL the first DTLS handshake crashes
  // when this is read as a single value: the result of every write would be taken to be 1.
  {
    file: 'src/RTC/DtlsTransport.cpp',
    from: '(operationType == BIO_CB_RETURN)',
    to: '((operationType & BIO_CB_RETURN) != 0)',
  },
  // Compiling the headers that all files share once halves the time.
  {
    file: 'meson.build',
    from: "sources: common_sources + ['src/main.cpp'],\n",
    to: "sources: common_sources + ['src/main.cpp'],\n  cpp_pch: 'pch/shared.hpp',\n",
  },
];

/** Copies the worker's sources to `folder`, with our part and the edits. @throws Error when they are not as expected */
export async function prepareSources(folder: string): Promise<void> {
  await cp(join(PACKAGE_FOLDER, 'worker'), folder, { recursive: true });
  await cp(join(NATIVE, 'pch'), join(folder, 'pch'), { recursive: true });
  for (const name of await readdir(SUBPROJECTS)) {
    const wrap = await readFile(join(folder, 'subprojects', `${name}.wrap`), 'utf8');
    const directory = /^directory\s*=\s*([\w.+-]+)\s*$/m.exec(wrap)?.[1];
    if (directory === undefined) throw new Error(`${name}.wrap names no directory`);
    await cp(join(SUBPROJECTS, name), join(folder, 'subprojects', directory), { recursive: true });
  }
  await makeEdits(folder);
}

/** @throws Error when one does not fit, exactly once */
export async function makeEdits(folder: string): Promise<void> {
  for (const { file, from, to } of EDITS) {
    const path = join(folder, file);
    const parts = (await readFile(path, 'utf8')).split(from);
    // A patch that does not fit any more must not be left out: one of them keeps the worker from crashing.
    if (parts.length !== 2) throw new Error(`${file} holds ${parts.length - 1} times, not once: ${from}`);
    await writeFile(path, parts.join(to));
  }
}

/** Changes whenever the same sources would be built into another binary. */
export async function recipeHash(): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(EDITS));
  const entries = await readdir(NATIVE, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  for (const file of files.sort()) hash.update(file.slice(NATIVE.length)).update(readFileSync(file));
  return hash.digest('hex').slice(0, 12);
}

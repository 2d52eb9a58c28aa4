import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeEdits, prepareSources, recipeHash } from './sources.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'taplive-sources-test-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('prepares the installed package’s sources: every edit fits, every library has its stand-in', async () => {
  await prepareSources(folder);
  const text = (path: string) => readFile(join(folder, path), 'utf8');
  expect(await text('src/RTC/DtlsTransport.cpp')).toContain('(operationType & BIO_CB_RETURN) != 0');
  expect(await text('meson.build')).toContain("meson_version: '>= 1.0.0'");
  for (const library of ['libuv', 'openssl', 'flatbuffers', 'abseil-cpp', 'unordered-dense', 'libsrtp3']) {
    const directory = /^directory = (.*)$/m.exec(await text(`subprojects/${library}.wrap`))?.[1];
    expect(await text(`subprojects/${directory}/meson.build`)).toContain(`project('${library}'`);
  }
});

it('refuses sources that an edit does not fit', async () => {
  await prepareSources(folder);
  // The second time the edits have been made already.
  await expect(makeEdits(folder)).rejects.toThrow('holds 0 times, not once');
});

it('names the recipe by what it is', async () => {
  expect(await recipeHash()).toMatch(/^[0-9a-f]{12}$/);
  expect(await recipeHash()).toBe(await recipeHash());
});

import './stand-ins.ts';
import { test } from 'vitest';
import { simulate } from './simulate.ts';

test('books stay right', async () => {
  await simulate(1, Number(process.env.COUNT ?? 100));
}, 600_000);

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { z } from 'zod';
import './provided-context.ts';

const readySchema = z.object({ url: z.string() });
const violationsSchema = z.array(z.object({ where: z.string(), problem: z.string() }));

/**
 * Starts the run's one Stripe simulator, if any test needs it, and tells the tests where it is. The run fails at its end when
 * anything went over the wire that is not as Stripe's SDK has it, or that the simulator does not serve.
 */
export default async function startStripeProcess(project: TestProject): Promise<() => Promise<void>> {
  if (!project.vitest.projects.some((other) => other.getProvidedContext().needsStripe)) return async () => {};
  const program = fileURLToPath(new URL('./stripe-process.ts', import.meta.url));
  const stripe = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(stripe, 'exit');
  const ready = once(createInterface(stripe.stdout), 'line');
  const failed = exited.then(([code]) => {
    throw new Error(`the tests' Stripe ended with ${code} before it was ready`);
  });
  const [line] = await Promise.race([ready, failed]);
  const { url } = readySchema.parse(JSON.parse(line));
  project.provide('stripeApiUrl', url);
  return async () => {
    try {
      await expectNoViolations(url);
    } finally {
      stripe.stdin.end();
      await exited;
    }
  };
}

async function expectNoViolations(url: string): Promise<void> {
  const response = await fetch(`${url}/_sim/violations`);
  const violations = violationsSchema.parse(await response.json());
  if (violations.length === 0) return;
  const lines = new Set(violations.map(({ where, problem }) => `  ${where}: ${problem}`));
  throw new Error(`Not as Stripe's SDK has it:\n${[...lines].join('\n')}`);
}

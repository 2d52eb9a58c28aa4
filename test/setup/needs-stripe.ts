import type { TestProject } from 'vitest/node';
import './provided-context.ts';

/** Marks a project's tests as ones that use Stripe: the setup of the whole run then starts the simulator. */
export default function needsStripe(project: TestProject): void {
  project.provide('needsStripe', true);
}

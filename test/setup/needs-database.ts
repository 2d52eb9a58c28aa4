import type { TestProject } from 'vitest/node';
import './provided-context.ts';

/**
 * Marks a project's tests as ones that use the database. The setup of the whole run comes after the projects' own, and opens
 * it before the first test, which would otherwise spend its own time on that.
 */
export default function needsDatabase(project: TestProject): void {
  project.provide('needsDatabase', true);
}

import { MESSAGE_TOKEN_SECONDS } from '#contract/origin.ts';
import type { OriginConfiguration } from '../configuration.ts';
import { type Finding, failing, ok, warning } from './finding.ts';

const ANSWER_WITHIN_MS = 3_000;
/** From here on signed messages may be taken to be too old, or not valid yet. */
const CLOCKS_MAY_DIFFER_MS = (MESSAGE_TOKEN_SECONDS / 2) * 1_000;

/** Whether an origin with this configuration runs already. */
export async function isRunning({ originId, control }: OriginConfiguration): Promise<boolean> {
  if (control.port === 0) return false;
  const host = control.host.includes(':') ? `[${control.host}]` : control.host;
  try {
    const response = await fetch(`http://${host}:${control.port}/health`, {
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    const health: unknown = await response.json();
    return (
      typeof health === 'object' && health !== null && 'originId' in health && health.originId === originId
    );
  } catch {
    return false;
  }
}

/** Whether reports reach the edge, and its clock is ours. */
export async function checkEdge({ edgeUrl }: OriginConfiguration): Promise<Finding> {
  const about = 'Edge';
  let response: Response;
  try {
    response = await fetch(`${edgeUrl}/health`, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    await response.body?.cancel();
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return failing(
      about,
      `${edgeUrl} does not answer: ${cause instanceof Error ? cause.message : String(cause)}`,
      'Start it, or correct EDGE_URL. Without it no room is ever opened here.',
    );
  }
  const date = Date.parse(response.headers.get('date') ?? '');
  const differenceMs = Math.abs(Date.now() - date);
  if (differenceMs > CLOCKS_MAY_DIFFER_MS) {
    return failing(
      about,
      `${edgeUrl} answers, but its clock and this machine's differ by ${Math.round(differenceMs / 1_000)} s.`,
      'Set the clock (NTP): signed messages live for a minute.',
    );
  }
  if (response.status !== 200) {
    return warning(
      about,
      `${edgeUrl} answers with ${response.status}.`,
      `Look at ${edgeUrl}/health for what it lacks.`,
    );
  }
  return ok(about, `${edgeUrl} answers, and the clocks agree.`);
}

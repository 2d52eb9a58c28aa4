import { originPath, originReports } from '#contract/origin.ts';
import type { OriginConfiguration } from '../configuration.ts';
import { signReport } from '../signatures.ts';
import { isLoopback } from './addresses.ts';
import { type Finding, failing, ok, warning } from './finding.ts';

const ANSWER_WITHIN_MS = 3_000;

/** Whether the edge can call back: the address by which it commands this origin must not lead to the edge's own machine. */
export function checkControlAddress({
  edgeUrl,
  control,
}: Pick<OriginConfiguration, 'edgeUrl' | 'control'>): Finding {
  const about = 'Address for the edge';
  const host = control.host.includes(':') ? `[${control.host}]` : control.host;
  const address = control.address ?? `http://${host}:${control.port}`;
  const isElsewhere = !isLoopback(hostOf(edgeUrl));
  if (isElsewhere && isLoopback(hostOf(address))) {
    return failing(
      about,
      `The edge at ${edgeUrl} is told to call ${address}, which is its own machine.`,
      'Set CONTROL_ADDRESS to the URL by which the edge reaches the control port, with TLS in front of it.',
    );
  }
  if (isElsewhere && address.startsWith('http:')) {
    return warning(
      about,
      `The edge is told to call ${address}, unencrypted.`,
      'Put TLS in front of the control port, and set CONTROL_ADDRESS to its https: URL.',
    );
  }
  return ok(about, `The edge is told to call ${address}.`);
}

/**
 * Whether the edge shares our secret. It is sent a report that is signed but says nothing: where the secret is the same it is refused for
 * what it lacks (400), otherwise for who sends it (403). Nothing is changed by either.
 */
export async function checkSecret(configuration: OriginConfiguration): Promise<Finding> {
  const about = 'Secret';
  const { edgeUrl, originId } = configuration;
  const { method, path } = originReports.registration;
  const body = '{}';
  const message = { operation: 'registration', subject: originId, body } as const;
  let status: number;
  try {
    const response = await fetch(`${edgeUrl}${originPath(path, { originId })}`, {
      method,
      headers: {
        authorization: `Bearer ${await signReport(configuration, message, new Date())}`,
        'content-type': 'application/json',
      },
      body,
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    await response.body?.cancel();
    status = response.status;
  } catch {
    return warning(about, 'Whether the edge has the same could not be tried.', 'Reach the edge first.');
  }
  switch (status) {
    case 400:
      return ok(about, 'The edge has the same.');
    case 403:
      return failing(
        about,
        'The edge has another, or none: it takes no report of this origin, and this origin no command.',
        'Set MEDIA_SECRET here to what MEDIA_ORIGIN_SECRET is at the edge.',
      );
    default:
      return warning(
        about,
        `Whether the edge has the same is not known: it answers with ${status}.`,
        'Look whether EDGE_URL is that of TapLive, without a path.',
      );
  }
}

function hostOf(url: string): string {
  return new URL(url).hostname.replace(/^\[|\]$/g, '');
}

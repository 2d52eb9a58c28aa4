import type * as z from 'zod';
import { type OriginReportName, originReports } from '#contract/origin.ts';
import type { OriginConfiguration } from '../configuration.ts';
import { signReport } from '../signatures.ts';

/** An edge that does not answer by then is taken to be away. */
const TIMEOUT_MS = 5_000;
const LONGEST_ANSWER = 1024 * 1024;

type Body<N extends OriginReportName> = z.infer<(typeof originReports)[N]['body']>;
type Answer<N extends OriginReportName> = z.infer<(typeof originReports)[N]['answer']>;

/** Where reports go. */
export class Edge {
  readonly #configuration: OriginConfiguration;

  constructor(configuration: OriginConfiguration) {
    this.#configuration = configuration;
  }

  /** @throws Error when it is not taken: no answer in time, a status other than 200, an answer that is not as agreed */
  async report<N extends OriginReportName>(
    operation: N,
    path: string,
    subject: string,
    state: Body<N>,
    signal: AbortSignal,
  ): Promise<Answer<N>> {
    const { edgeUrl } = this.#configuration;
    const { method, answer } = originReports[operation];
    const body = JSON.stringify(state);
    const token = await signReport(this.#configuration, { operation, subject, body }, new Date());
    const response = await fetch(`${edgeUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body,
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    const text = await response.text();
    if (response.status !== 200) throw new Error(`the edge answered ${response.status} to ${operation}`);
    if (text.length > LONGEST_ANSWER) throw new Error(`the edge's answer to ${operation} is too long`);
    // The schema is that of N, which the compiler cannot follow through the table.
    return answer.parse(JSON.parse(text)) as Answer<N>;
  }
}

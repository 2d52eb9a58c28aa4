import { parseForm } from '../api/params.ts';
import { routes } from '../api/routes.ts';
import type { ApiRequest, ApiResponse } from '../api/wire.ts';
import type { StripeSimulator } from '../stripe.ts';
import { withPendingCount } from '../webhooks/deliveries.ts';
import { ContractChecker } from './contract-checker.ts';
import { loadContract } from './load-contract.ts';

/** A request, an answer or an event that is not as the SDK's types have it. */
export interface Violation {
  /** `request`: the client's mistake. The others: the simulator's. */
  where: 'request' | 'answer' | 'event';
  problem: string;
}

export type CheckedStripe = StripeSimulator & Required<Pick<StripeSimulator, 'takeViolations'>>;

let shared: ContractChecker | undefined;

function checker(): ContractChecker {
  shared ??= new ContractChecker(loadContract());
  return shared;
}

/**
 * Loads the contract and compiles its checks. Else the first use of each does, within somebody's request: for a server
 * whose clients have little patience.
 */
export function prepareChecks(): void {
  checker().prepare(routes.map(({ method, segments }) => `${method} ${segments.join('/')}`));
}

/**
 * The same simulator, with everything that goes over the wire checked against the SDK's types: the parameters of every
 * request, every answer, every event, also of requests that lead nowhere. A request that is not as the types have
 * it is carried out all the same: that it must be refused may be what a test is about.
 */
export function checked(stripe: StripeSimulator): CheckedStripe {
  const contract = checker();
  const { state } = stripe.world;
  let violations: Violation[] = [];
  const seen = new Set<string>();

  const note = (where: Violation['where'], problems: readonly string[]) => {
    violations.push(...problems.map((problem) => ({ where, problem })));
  };
  const checkEvents = () => {
    for (const event of state.events.values()) {
      if (seen.has(event.id)) continue;
      seen.add(event.id);
      // As it goes over the wire.
      note('event', contract.checkEvent(JSON.parse(JSON.stringify(withPendingCount(stripe.world, event)))));
    }
  };
  const checkAnswer = (
    method: string,
    path: string,
    params: Record<string, unknown>,
    response: ApiResponse,
  ) => {
    const body: unknown = JSON.parse(response.body);
    const { expand } = params;
    const paths = Array.isArray(expand) ? expand.map(String) : [];
    note('answer', contract.checkAnswer(method, path, response.status, body, paths));
  };

  return {
    ...stripe,
    async handle(request: ApiRequest) {
      const [path = '', query = ''] = request.path.split('?');
      const params = parseForm(request.method === 'POST' ? request.body : query);
      note('request', contract.checkRequest(request.method, path, params));
      const response = await stripe.handle(request);
      if (response.status === 404 && response.body.includes('Unrecognized request URL')) {
        note('answer', [`the simulator does not serve ${request.method} ${path}`]);
      }
      checkAnswer(request.method, path, params, response);
      checkEvents();
      return response;
    },
    takeViolations() {
      checkEvents();
      const taken = violations;
      violations = [];
      return taken;
    },
  };
}

import { type Fault, faultFor, rateLimited, serverError } from '../control/faults.ts';
import { API_VERSION, type World } from '../world.ts';
import { authorize, checkVersion } from './authorization.ts';
import { ApiError } from './errors.ts';
import { checkPaths, expand } from './expand.ts';
import { begin, forget, idempotencyKeyOf, keyInUse, remember } from './idempotency.ts';
import { Params, parseForm } from './params.ts';
import { routes } from './routes.ts';
import { type Call, match, type Route } from './routing.ts';
import { AnswerLost, type ApiRequest, type ApiResponse } from './wire.ts';

/** Where a request stands when others may come in between. */
export type PausePoint = 'received' | 'acted';

/** Waits while a request stands there. Others run meanwhile. */
export type Pause = (point: PausePoint, request: ApiRequest) => Promise<void>;

/** Serves the API: authorization, idempotency, faults, execution, each in Stripe's order. */
export class ApiService {
  readonly #world: World;
  readonly #pause: Pause;

  constructor(world: World, pause: Pause) {
    this.#world = world;
    this.#pause = pause;
  }

  /** @throws AnswerLost when a fault takes the answer away */
  async handle(request: ApiRequest): Promise<ApiResponse> {
    const requestId = this.#world.id('req');
    try {
      const account = authorize(this.#world, request);
      checkVersion(request);
      const key = idempotencyKeyOf(request, account);
      const first = key ? begin(this.#world.state, key, request, requestId, this.#world.clock()) : null;
      if (first?.response) return replayed(first.response, requestId);
      return await this.#carryOut(request, requestId, account, key);
    } catch (error) {
      if (error instanceof ApiError) return answer(request, requestId, error.status, { error: error.body });
      throw error;
    }
  }

  /** From here on the key is in flight, until the answer is remembered or the key forgotten. */
  async #carryOut(
    request: ApiRequest,
    requestId: string,
    account: string,
    key: string | null,
  ): Promise<ApiResponse> {
    const { state } = this.#world;
    try {
      const path = pathOf(request);
      const act = prepare(request, path, account);
      const fault = faultFor(state, request, path);
      beforeActing(fault, request);
      if (fault?.kind === 'arrive_late') {
        this.#world.later(fault.afterSeconds ?? 1, { kind: 'request_arrives', request });
        throw new AnswerLost('timed_out');
      }
      await this.#pause('received', request);
      const response = this.#execute(request, requestId, fault, act);
      await this.#pause('acted', request);
      if (key) remember(state, key, response);
      afterActing(fault);
      return response;
    } catch (error) {
      // Whatever was refused before the execution leaves the key free.
      if (key && state.answers.get(key)?.response === null) forget(state, key);
      throw error;
    }
  }

  #execute(request: ApiRequest, requestId: string, fault: Fault | null, act: Act): ApiResponse {
    const cause = { requestId, idempotencyKey: request.headers['idempotency-key'] ?? null };
    const failed = () => answer(request, requestId, 500, { error: serverError().body });
    if (fault?.kind === 'fail_before_remembered') return failed();
    const response = this.#world.because(cause, () => {
      try {
        return answer(request, requestId, 200, act(this.#world));
      } catch (error) {
        if (error instanceof ApiError) return answer(request, requestId, error.status, { error: error.body });
        throw error;
      }
    });
    return fault?.kind === 'fail_after' ? failed() : response;
  }

  /** Carries a late request out: nobody hears the answer, its idempotency key remembers it. */
  arriveLate(request: ApiRequest): void {
    const { state } = this.#world;
    const requestId = this.#world.id('req');
    try {
      const account = authorize(this.#world, request);
      const key = idempotencyKeyOf(request, account);
      if (key && begin(state, key, request, requestId, this.#world.now())) return;
      const response = this.#execute(request, requestId, null, prepare(request, pathOf(request), account));
      if (key) remember(state, key, response);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }
}

type Act = (world: World) => object;

/** Reads and checks everything about a request that does not need to know the state. @throws ApiError */
function prepare(request: ApiRequest, path: string, account: string): Act {
  const found = match(routes, request.method, path);
  if (!found) {
    throw new ApiError(404, {
      type: 'invalid_request_error',
      message: `Unrecognized request URL (${request.method}: ${path}). The simulator does not serve it.`,
    });
  }
  const params = new Params(parseForm(request.method === 'POST' ? request.body : queryOf(request)));
  const expansions = params.list('expand');
  checkPaths(expansions);
  const act = found.route.prepare(params);
  params.end();
  const call: Call = { method: request.method, path, account, id: (index) => found.ids[index] ?? '' };
  return (world) => {
    checkAccount(world, found.route, account);
    return expand(world.state, act(world, call), expansions);
  };
}

function checkAccount(world: World, { onConnected }: Route, account: string): void {
  if (onConnected || account === world.state.platform) return;
  throw new ApiError(400, {
    type: 'invalid_request_error',
    message: 'The simulator does not model this route on behalf of a connected account.',
  });
}

function beforeActing(fault: Fault | null, request: ApiRequest): void {
  switch (fault?.kind) {
    case 'fail_before':
      throw serverError();
    case 'rate_limited':
      throw rateLimited();
    case 'conflict':
      throw keyInUse(request.headers['idempotency-key']);
    case 'cut_before':
      throw new AnswerLost('cut');
    case 'time_out_before':
      throw new AnswerLost('timed_out');
    default:
  }
}

function afterActing(fault: Fault | null): void {
  if (fault?.kind === 'cut_after') throw new AnswerLost('cut');
  if (fault?.kind === 'time_out_after') throw new AnswerLost('timed_out');
}

function answer(request: ApiRequest, requestId: string, status: number, body: object): ApiResponse {
  const key = request.headers['idempotency-key'];
  return {
    status,
    headers: {
      'content-type': 'application/json',
      'request-id': requestId,
      'stripe-version': API_VERSION,
      ...(key && request.method === 'POST' ? { 'idempotency-key': key, 'original-request': requestId } : {}),
      ...(status === 409 ? { 'stripe-should-retry': 'true' } : {}),
    },
    body: JSON.stringify(body),
  };
}

function replayed(response: ApiResponse, requestId: string): ApiResponse {
  return {
    ...response,
    headers: { ...response.headers, 'idempotent-replayed': 'true', 'request-id': requestId },
  };
}

function pathOf(request: ApiRequest): string {
  return request.path.split('?')[0] ?? '';
}

function queryOf(request: ApiRequest): string {
  return request.path.slice(pathOf(request).length + 1);
}

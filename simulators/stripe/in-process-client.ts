import type Stripe from 'stripe';
import { AnswerLost, type ApiResponse } from './api/wire.ts';
import type { StripeSimulator } from './stripe.ts';

type HttpClient = NonNullable<ConstructorParameters<typeof Stripe>[1]>['httpClient'];
type HttpResponse = Awaited<ReturnType<NonNullable<HttpClient>['makeRequest']>>;

/**
 * Joins the SDK and a simulator without sockets: `new Stripe(key, { httpClient: inProcessClient(simulator) })`.
 * A cut connection looks like one that timed out: for a cut one the SDK waits half a second by the real clock and
 * sends the request again by itself.
 */
export function inProcessClient(stripe: Pick<StripeSimulator, 'handle'>): NonNullable<HttpClient> {
  return {
    getClientName: () => 'in-process',
    async makeRequest(_host, _port, path, method, headers, requestData) {
      const response = await stripe
        .handle({ method, path, headers: lowerCased(headers), body: requestData ?? '' })
        .catch((error: unknown) => {
          if (error instanceof AnswerLost)
            throw Object.assign(new Error(error.message), { code: 'ETIMEDOUT' });
          throw error;
        });
      return responseOf(response);
    },
  };
}

function lowerCased(headers: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
}

function responseOf({ status, headers, body }: ApiResponse): HttpResponse {
  return {
    getStatusCode: () => status,
    getHeaders: () => headers,
    // The SDK writes ids of the request onto it.
    getRawResponse: () => ({ headers }),
    toStream: () => {
      throw new Error('No streams here');
    },
    toJSON: async () => JSON.parse(body),
  };
}

import { createRoute } from '@hono/zod-openapi';
import { clientConfig } from '#contract/config.ts';
import { DEMO_PEOPLE } from '#db/seed/demo-people.ts';
import { settlementCurrencies } from '#durable-objects/settlement-currencies.ts';
import { answer } from '../../answer.ts';
import type { Api } from '../../api.ts';
import { answers, anyone, failures } from '../../openapi.ts';

const route = createRoute({
  method: 'get',
  path: '/config',
  operationId: 'getConfig',
  tags: ['meta'],
  summary: 'What a client needs to know before it starts',
  security: anyone,
  responses: { 200: answers(clientConfig, 'The configuration for clients'), ...failures() },
});

export function registerGetConfig(api: Api): void {
  api.openapi(route, (c) => {
    const demoPeople = c.env.DEMO_PEOPLE === 'true' ? DEMO_PEOPLE : [];
    return answer(c, {
      mediaBackend: c.env.MEDIA_BACKEND,
      mapStyleUrl: c.env.MAP_STYLE_URL ?? null,
      stripe: {
        publishableKey: c.env.STRIPE_PUBLISHABLE_KEY,
        simulatorUrl: c.env.STRIPE_API_URL || null,
      },
      currencies: settlementCurrencies(c.env),
      demoPeople: demoPeople.map(({ username, email, role }) => ({ username, email, role })),
    });
  });
}

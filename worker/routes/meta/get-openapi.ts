import { createRoute } from '@hono/zod-openapi';
import type { Api } from '../../api.ts';
import { anyone, failures } from '../../openapi.ts';
import type { OpenApiDocument } from '../../openapi-completion.ts';

const route = createRoute({
  method: 'get',
  path: '/openapi.json',
  operationId: 'getOpenApi',
  tags: ['meta'],
  summary: 'This description of the API, as OpenAPI 3.1',
  security: anyone,
  responses: {
    200: { description: 'Not in the envelope: tools read it as it is', content: { 'application/json': {} } },
    ...failures(),
  },
});

export function registerGetOpenApi(api: Api, document: () => OpenApiDocument): void {
  api.openAPIRegistry.registerPath(route);
  // The document has no schema of ours that its answer could be typed by.
  api.get(route.getRoutingPath(), (c) => c.json(document()));
}

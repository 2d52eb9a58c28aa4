import { createRoute } from '@hono/zod-openapi';
import type { Api } from '../../api.ts';
import { anyone, failures } from '../../openapi.ts';
import type { OpenApiDocument } from '../../openapi-completion.ts';
import { referencePage } from './reference/page.ts';

const route = createRoute({
  method: 'get',
  path: '/docs',
  operationId: 'getReference',
  tags: ['meta'],
  summary: 'This page',
  security: anyone,
  responses: {
    200: { description: 'The reference, for people', content: { 'text/html': {} } },
    ...failures(),
  },
});

/** The page holds its own style and nothing else; nothing can be loaded or run. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";

export function registerGetReference(api: Api, document: () => OpenApiDocument): void {
  api.openapi(route, async (c) => {
    c.header('Content-Security-Policy', POLICY);
    return c.html(await referencePage(document()));
  });
}

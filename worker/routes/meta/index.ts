import { type Api, newApi } from '../../api.ts';
import type { OpenApiDocument } from '../../openapi-completion.ts';
import { registerGetConfig } from './get-config.ts';
import { registerGetOpenApi } from './get-openapi.ts';
import { registerGetReference } from './get-reference.ts';

/** What the system says of itself. `document` describes the whole app, these routes included. */
export function metaRoutes(document: () => OpenApiDocument): Api {
  const api = newApi();
  registerGetConfig(api);
  registerGetOpenApi(api, document);
  registerGetReference(api, document);
  return api;
}

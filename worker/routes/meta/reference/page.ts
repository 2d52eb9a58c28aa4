import { html, raw } from 'hono/html';
import type { OpenApiDocument } from '../../../openapi-completion.ts';
import { markdown } from './markdown.ts';
import { type Listed, operationSection } from './operation.ts';
import type { Html } from './schema.ts';
import { STYLE } from './style.ts';

const METHODS = ['get', 'post', 'put', 'delete'] as const;

/** The reference page: the whole document on one page, without a script and without anything from elsewhere. */
export function referencePage(document: OpenApiDocument): Html {
  const sections = (document.tags ?? [])
    .map((tag) => ({ ...tag, operations: operationsOf(document, tag.name) }))
    .filter(({ operations }) => operations.length > 0);
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${document.info.title}</title>
    <style>${raw(STYLE)}</style>
  </head>
  <body>
    <nav>
      <a class="brand" href="#top">TapLive <small>API</small></a>
      ${sections.map(
        ({ name, operations }) => html`<h2>${name}</h2>
          <ul>
            ${operations.map(
              ({ method, path, operation }) => html`<li>
                <a href="#${operation.operationId}" title="${operation.summary}">
                  <span class="method ${method}">${operation['x-websocket'] ? 'ws' : method}</span>
                  <code>${path.replace('/api/v1', '')}</code>
                </a>
              </li>`,
            )}
          </ul>`,
      )}
    </nav>
    <main id="top">
      <h1>${document.info.title}</h1>
      <div class="intro">
        ${markdown(document.info.description ?? '')}
        <p><a href="openapi.json">openapi.json</a> describes the same for machines.</p>
      </div>
      ${sections.map(
        ({ name, description, operations }) => html`<section>
          <h2>${name}</h2>
          <p class="about">${description}</p>
          ${operations.map((listed) => operationSection(document, listed))}
        </section>`,
      )}
    </main>
  </body>
</html>`;
}

/** Every operation under its first tag, in the order of the routes. */
function operationsOf(document: OpenApiDocument, tag: string): Listed[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      return operation?.tags?.[0] === tag ? [{ method, path, operation }] : [];
    }),
  );
}

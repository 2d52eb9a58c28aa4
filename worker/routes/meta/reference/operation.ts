import { html } from 'hono/html';
import type { OpenApiDocument, SocketDescription } from '../../../openapi-completion.ts';
import { markdown } from './markdown.ts';
import { exampleOf, type Html, resolve, type Schema, schemaOutline, typeOf } from './schema.ts';

type PathItem = NonNullable<OpenApiDocument['paths']>[string];
export type Operation = NonNullable<PathItem['get']>;
export type Listed = { method: 'get' | 'post' | 'put' | 'delete'; path: string; operation: Operation };

/** Everything about one operation: what it does, takes and answers, with an example of both. */
export function operationSection(document: OpenApiDocument, listed: Listed): Html {
  const { method, path, operation } = listed;
  // Written by `completed` alone.
  const socket = operation['x-websocket'] as SocketDescription | undefined;
  const { schema: body, required: bodyRequired } = bodyOf(operation);
  return html`<article id="${operation.operationId}">
    <header>
      <h3>${operation.summary}</h3>
      <p class="address">
        <span class="method ${method}">${socket ? 'ws' : method}</span>
        <code>${path}</code>
        ${isOpen(operation) ? html`<span class="open">anyone</span>` : ''}
      </p>
    </header>
    <div class="columns">
      <div>
        ${operation.description ? markdown(operation.description) : ''} ${parametersOf(document, operation)}
        ${body ? html`<h4>Body${bodyRequired ? '' : ', optional'}</h4>${schemaOutline(document, body)}` : ''}
        ${socket ? socketEvents(document, socket) : ''} ${responsesOf(document, operation)}
      </div>
      <div class="examples">${socket ? socketExample(path) : exampleCall(document, listed)}</div>
    </div>
  </article>`;
}

function isOpen({ security }: Operation): boolean {
  return !security || security.length === 0;
}

function bodyOf({ requestBody }: Operation): { schema: Schema | undefined; required: boolean } {
  if (!requestBody || '$ref' in requestBody) return { schema: undefined, required: false };
  return { schema: requestBody.content['application/json']?.schema, required: requestBody.required ?? false };
}

function parametersOf(document: OpenApiDocument, { parameters = [] }: Operation): Html | '' {
  const rows = parameters.flatMap((parameter) => {
    const name = '$ref' in parameter ? parameter.$ref.split('/').at(-1) : parameter.name;
    const found = '$ref' in parameter ? document.components?.parameters?.[name ?? ''] : parameter;
    if (!found || '$ref' in found) return [];
    const note = found.description ?? (found.schema && resolve(document, found.schema).description);
    return html`<li>
      <code class="name">${found.name}</code>
      <span class="type">${found.in}${found.schema ? `, ${typeOf(document, found.schema)}` : ''}</span>
      ${found.required ? html`<span class="required">required</span>` : ''} ${note ? html`<p>${note}</p>` : ''}
    </li>`;
  });
  return rows.length > 0 ? html`<h4>Parameters</h4><ul class="fields">${rows}</ul>` : '';
}

function responsesOf(document: OpenApiDocument, { responses = {} }: Operation): Html {
  const rows = Object.entries(responses).map(([status, response]) => {
    if ('$ref' in response) return '';
    const data =
      Number(status) < 300 ? dataOf(document, response.content?.['application/json']?.schema) : null;
    return html`<li>
      <code class="status s${status[0]}">${status}</code> ${markdown(response.description ?? '')}
      ${data ? html`<details><summary>data</summary>${schemaOutline(document, data)}</details>` : ''}
    </li>`;
  });
  return html`<h4>Answers</h4><ul class="fields answers">${rows}</ul>`;
}

/** What lies in the envelope. */
function dataOf(document: OpenApiDocument, envelope: Schema | undefined): Schema | null {
  return (envelope && resolve(document, envelope).properties?.data) ?? null;
}

function socketEvents(document: OpenApiDocument, { sends, takes }: SocketDescription): Html {
  const list = (events: Record<string, { $ref: string }>) =>
    html`<ul class="fields">
      ${Object.entries(events).map(
        ([event, schema]) => html`<li>
          <details>
            <summary><code class="name">${event}</code></summary>
            ${schemaOutline(document, schema)}
          </details>
        </li>`,
      )}
    </ul>`;
  return html`<h4>It sends</h4>${list(sends)}<h4>It takes</h4>${list(takes)}`;
}

function exampleCall(document: OpenApiDocument, { method, path, operation }: Listed): Html {
  const { schema: body } = bodyOf(operation);
  const lines = [
    `curl ${method === 'get' ? '' : `-X ${method.toUpperCase()} `}http://127.0.0.1:8787${path}`,
    ...(isOpen(operation) ? [] : ['-H "Authorization: Bearer $TOKEN"']),
    ...(body
      ? ['-H "Content-Type: application/json"', `-d '${JSON.stringify(exampleOf(document, body), null, 2)}'`]
      : []),
  ];
  const success = Object.entries(operation.responses ?? {}).find(([status]) => status.startsWith('2'))?.[1];
  const schema = success && !('$ref' in success) ? success.content?.['application/json']?.schema : undefined;
  return html`<pre><code>${lines.join(' \\\n  ')}</code></pre>
    ${schema ? html`<pre><code>${JSON.stringify(exampleOf(document, schema), null, 2)}</code></pre>` : ''}`;
}

function socketExample(path: string): Html {
  const lines = [
    'const socket = new WebSocket(',
    `  "ws://127.0.0.1:8787${path}",`,
    '  ["taplive.v1", "bearer." + token],',
    ');',
    'socket.onmessage = ({ data }) => {',
    '  const { seq, event, data: facts, at } = JSON.parse(data);',
    '};',
  ];
  return html`<pre><code>${lines.join('\n')}</code></pre>`;
}

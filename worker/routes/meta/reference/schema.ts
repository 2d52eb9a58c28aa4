import { html } from 'hono/html';
import type { OpenApiDocument } from '../../../openapi-completion.ts';

type Components = NonNullable<NonNullable<OpenApiDocument['components']>['schemas']>;
/** A schema as it stands in the document, or a reference to one. */
export type Schema = Components[string];
type Resolved = Exclude<Schema, { $ref: string }>;

/** What a piece of the page is. */
export type Html = ReturnType<typeof html>;

/** Deeper than this nothing is shown or made up; a schema may hold itself. */
const MAX_DEPTH = 8;

/** The schema that a reference stands for. */
export function resolve(document: OpenApiDocument, schema: Schema): Resolved {
  let current = schema;
  for (let hops = 0; current.$ref !== undefined && hops < MAX_DEPTH; hops++) {
    const name = current.$ref.split('/').at(-1) ?? '';
    current = document.components?.schemas?.[name] ?? {};
  }
  // What still refers to something after so many steps refers to itself.
  return current.$ref === undefined ? (current as Resolved) : {};
}

/** The fields of a schema, one a row, those of objects inside unfolded on demand. */
export function schemaOutline(document: OpenApiDocument, schema: Schema, depth = 0): Html | '' {
  const { properties, required = [], items, anyOf, oneOf } = resolve(document, schema);
  if (depth > MAX_DEPTH) return '';
  if (items) return schemaOutline(document, items, depth + 1);
  const choices = anyOf ?? oneOf;
  if (choices) {
    const outlines = choices.map((choice) => schemaOutline(document, choice, depth + 1)).filter(Boolean);
    return outlines.length > 0
      ? html`${outlines.map((outline) => html`<div class="choice">${outline}</div>`)}`
      : '';
  }
  if (!properties) return '';
  const rows = Object.entries(properties).map(([name, field]) => {
    const inside = schemaOutline(document, field, depth + 1);
    const { description } = resolve(document, field);
    return html`<li>
      <code class="name">${name}</code>
      <span class="type">${typeOf(document, field)}</span>
      ${required.includes(name) ? html`<span class="required">required</span>` : ''}
      ${description ? html`<p>${description}</p>` : ''}
      ${inside ? html`<details><summary>fields</summary>${inside}</details>` : ''}
    </li>`;
  });
  return html`<ul class="fields">${rows}</ul>`;
}

/** A schema's type in a few words: `string, uuid`, `array of Order`, `1 to 5, integer`. */
export function typeOf(document: OpenApiDocument, schema: Schema): string {
  const {
    type,
    format,
    enum: values,
    items,
    minimum,
    maximum,
    minLength,
    maxLength,
    anyOf,
    oneOf,
  } = resolve(document, schema);
  if (values) return values.map((value) => JSON.stringify(value)).join(' | ');
  const choices = anyOf ?? oneOf;
  if (choices) return choices.map((choice) => typeOf(document, choice)).join(' or ');
  if (items) return `array of ${items.$ref?.split('/').at(-1) ?? typeOf(document, items)}`;
  const name = Array.isArray(type) ? type.join(' or ') : (type ?? 'anything');
  const bounds = [range(minimum, maximum, ''), range(minLength, maxLength, ' characters')].filter(Boolean);
  return [name, format, ...bounds].filter(Boolean).join(', ');
}

function range(from: number | undefined, to: number | undefined, unit: string): string {
  if (from !== undefined && to !== undefined) return `${from} to ${to}${unit}`;
  if (to !== undefined) return `at most ${to}${unit}`;
  return from !== undefined ? `at least ${from}${unit}` : '';
}

/** A value that the schema describes, made from its examples. */
export function exampleOf(document: OpenApiDocument, schema: Schema, depth = 0): unknown {
  const resolved = resolve(document, schema);
  if (resolved.example !== undefined) return resolved.example;
  if (resolved.enum) return resolved.enum[0];
  if (resolved.default !== undefined) return resolved.default;
  const choice = resolved.anyOf?.[0] ?? resolved.oneOf?.[0];
  if (depth > MAX_DEPTH) return null;
  if (choice) return exampleOf(document, choice, depth + 1);
  const [type] = [resolved.type ?? 'object'].flat();
  switch (type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(resolved.properties ?? {}).map(([name, field]) => [
          name,
          exampleOf(document, field, depth + 1),
        ]),
      );
    case 'array':
      return resolved.items ? [exampleOf(document, resolved.items, depth + 1)] : [];
    case 'number':
    case 'integer':
      return Math.min(Math.max(1, resolved.minimum ?? 1), resolved.maximum ?? 1);
    case 'boolean':
      return true;
    case 'string':
      return exampleText(resolved.format);
    default:
      return null;
  }
}

function exampleText(format: string | undefined): string {
  switch (format) {
    case 'uuid':
      return '019a0000-0000-7000-8000-000000000001';
    case 'date-time':
      return '2026-11-23T20:15:00.000Z';
    case 'uri':
      return 'https://example.com';
    default:
      return 'text';
  }
}

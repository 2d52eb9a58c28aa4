import fc from 'fast-check';

/** What is used here of JSON Schema (draft 2020-12), as the document of the API holds it. */
export type Schema = {
  $ref?: string;
  type?: string | string[];
  format?: string;
  pattern?: string;
  enum?: unknown[];
  const?: unknown;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  items?: Schema;
  prefixItems?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
};

/** Stands for the id of something; what, is decided when the request is sent. */
export const anId = fc.nat({ max: 9_999 }).map((n) => `@id ${n}@`);

const WORDS = [
  'Sunset',
  'From the hill',
  'EUR',
  'USD',
  'JPY',
  'en',
  'pt-BR',
  'mara-1',
  'A b c',
  'kWh',
  'o',
  'abc_DEF-1',
];

/** Values that mean well: of the schema, as far as it says. `schemas` are the document's components. */
export function conforming(schema: Schema, schemas: Record<string, Schema>): fc.Arbitrary<unknown> {
  const of = (inner: Schema) => conforming(inner, schemas);
  if (schema.$ref) return of(schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {});
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const options = schema.anyOf ?? schema.oneOf;
  if (options) return fc.oneof(...options.map(of));
  if (schema.allOf) return fc.tuple(...schema.allOf.map(of)).map((parts) => Object.assign({}, ...parts));
  const types = [schema.type ?? 'object'].flat();
  return fc.oneof(...types.map((type) => ofType(type, schema, of)));
}

function ofType(
  type: string,
  schema: Schema,
  of: (inner: Schema) => fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown> {
  switch (type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer({ min: schema.minimum ?? 0, max: Math.min(schema.maximum ?? 1_000, 2 ** 31 - 1) });
    case 'number':
      return fc.oneof(
        // Numbers that people write; in the middle, so that amounts have a chance to be within their bounds.
        fc.integer({ min: Math.max(schema.minimum ?? 1, -60), max: Math.min(schema.maximum ?? 60, 60) }),
        fc.double({ min: schema.minimum ?? 0, max: schema.maximum ?? 1e6, noNaN: true }),
      );
    case 'array': {
      const { prefixItems } = schema;
      if (prefixItems) return fc.tuple(...prefixItems.map(of));
      const minLength = schema.minItems ?? 0;
      return fc.array(of(schema.items ?? {}), {
        minLength,
        maxLength: Math.min(schema.maxItems ?? 5, minLength + 3),
      });
    }
    case 'string':
      return ofText(schema);
    default: {
      const { properties = {}, required = [] } = schema;
      const parts = Object.fromEntries(Object.entries(properties).map(([name, inner]) => [name, of(inner)]));
      return fc.record(parts, { requiredKeys: required });
    }
  }
}

function ofText({ format, pattern, minLength = 0 }: Schema): fc.Arbitrary<string> {
  switch (format) {
    case 'uuid':
      return anId;
    case 'date-time':
      return fc
        .integer({ min: -1, max: 400 * 24 })
        .map((hours) => new Date(Date.now() + hours * 3_600_000).toISOString());
    case 'email':
      return fc.nat().map((n) => `fuzz-${n}@example.com`);
    case 'uri':
      return fc.nat().map((n) => `https://example.com/${n}.png`);
  }
  const shape = new RegExp(pattern ?? '');
  const fitting = [...WORDS, 'a longer word'].filter((word) => shape.test(word) && word.length >= minLength);
  return fitting.length > 0 ? fc.constantFrom(...fitting) : fc.string({ minLength });
}

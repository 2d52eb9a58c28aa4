import { API, type Checker, SignatureKind, type Type } from 'typescript/unstable/sync';
import { type JsonSchema, SchemaOfType } from './schema-of-type.ts';
import { type ResourceName, type RoutePattern, resourceNames, routeOf } from './sdk-routes.ts';

/** What Stripe's API looks like on the wire, as far as the SDK's types tell. */
export interface Contract {
  definitions: Record<string, JsonSchema>;
  /** Request parameters and answer of each route. */
  routes: Record<RoutePattern, { params: JsonSchema; answer: JsonSchema }>;
  /** Event type → its `data.object`; only events about what the routes serve. */
  events: Record<string, JsonSchema>;
  /** What stands under `error` in an answer that is an error. */
  error: JsonSchema;
  /** Value of an object's `object` field → its schemas (a deleted one has its own). */
  objects: Record<string, JsonSchema[]>;
}

const entryFile = `${import.meta.dirname}/sdk-types.virtual.ts`;
const configFile = `${import.meta.dirname}/sdk-types.virtual.json`;

const entry = `
import { Stripe } from 'stripe';
export type Event = Stripe.Event;
export type ErrorBody = Stripe.PaymentIntent.LastPaymentError;
${resourceNames.map((name) => `export type resource_${name} = Stripe[${JSON.stringify(name)}];`).join('\n')}
`;

const config = {
  files: [entryFile],
  compilerOptions: {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    module: 'nodenext',
    target: 'es2024',
    types: ['node'],
    exactOptionalPropertyTypes: false,
  },
};

/** Derives the contract from the installed SDK's declarations. Takes seconds: see `load-contract.ts`. */
export function deriveContract(): Contract {
  const files = new Map([
    [entryFile, entry],
    [configFile, JSON.stringify(config)],
  ]);
  const api = new API({
    cwd: import.meta.dirname,
    fs: { readFile: (name) => files.get(name), fileExists: (name) => files.has(name) || undefined },
  });
  try {
    const project = api.updateSnapshot({ openProjects: [configFile] }).getProject(configFile);
    const file = project?.program.getSourceFile(entryFile);
    const module = file && project?.checker.getSymbolAtLocation(file);
    if (!project || !module) throw new Error("The SDK's declarations could not be opened");
    return new Derivation(project.checker, (name) => {
      const symbol = project.checker.getMemberInModuleExports(module, name);
      if (!symbol) throw new Error(`No type ${name}`);
      return project.checker.getDeclaredTypeOfSymbol(symbol);
    }).contract();
  } finally {
    api.close();
  }
}

class Derivation {
  readonly #checker: Checker;
  readonly #named: (name: string) => Type;
  readonly #schemas: SchemaOfType;

  constructor(checker: Checker, named: (name: string) => Type) {
    this.#checker = checker;
    this.#named = named;
    // A union of hundreds: an event is checked as its envelope, and its object by the event's type.
    const event: JsonSchema = { $ref: '#/definitions/Event' };
    this.#schemas = new SchemaOfType(checker, new Map([[named('Event').id, event]]));
  }

  contract(): Contract {
    const routes = Object.assign({}, ...resourceNames.map((name) => this.#routesOf(name)));
    const error = this.#schemas.of(this.#named('ErrorBody'));
    const events = this.#events();
    // Made before the definitions are taken: it adds some.
    const envelope = this.#eventEnvelope();
    const definitions = { ...this.#schemas.definitions, Event: envelope };
    return { definitions, routes, events, error, objects: objectsOf(definitions) };
  }

  #routesOf(resource: ResourceName): Contract['routes'] {
    const routes: Contract['routes'] = {};
    for (const symbol of this.#checker.getPropertiesOfType(this.#named(`resource_${resource}`))) {
      const type = this.#checker.getTypeOfSymbol(symbol);
      const [signature] = type ? this.#checker.getSignaturesOfType(type, SignatureKind.Call) : [];
      if (!signature || symbol.name === 'initialize' || symbol.name.startsWith('_')) continue;
      const parameters = signature.getParameters();
      const params = parameters.find(({ name }) => name === 'params');
      const answer = this.#checker.getReturnTypeOfSignature(signature);
      // `basePath` and `path` are functions of the resource, not methods of the API.
      if (!answer || !parameters.some(({ name }) => name === 'options')) continue;
      const idCount = parameters.findIndex(({ name }) => name === 'params' || name === 'options');
      const paramsType = params && this.#checker.getTypeOfSymbol(params);
      routes[routeOf({ resource, method: symbol.name, idCount })] = {
        params: paramsType
          ? this.#schemas.of(this.#checker.getNonNullableType(paramsType) ?? paramsType)
          : noParams,
        answer: this.#answer(answer),
      };
    }
    return routes;
  }

  /** `Promise<Response<T>>` is T on the wire, `ApiListPromise<T>` a list of T. */
  #answer(promise: Type): JsonSchema {
    const alias = promise.isTypeReference() ? this.#checker.getTypeArguments(promise)[0] : undefined;
    if (!alias) throw new Error(`Not a promise: ${this.#checker.typeToString(promise)}`);
    const response =
      alias.getAliasSymbol()?.name === 'Response' ? alias.getAliasTypeArguments()[0] : undefined;
    const body = this.#schemas.of(response ?? alias);
    switch (promise.getSymbol()?.name) {
      case 'Promise':
        return body;
      case 'ApiListPromise':
        return list('list', body, { has_more: { type: 'boolean' }, url: { type: 'string' } });
      case 'ApiSearchResultPromise':
        return list('search_result', body, {
          has_more: { type: 'boolean' },
          url: { type: 'string' },
          next_page: { type: ['string', 'null'] },
        });
      default:
        throw new Error(`Not a promise of the SDK: ${this.#checker.typeToString(promise)}`);
    }
  }

  #events(): Contract['events'] {
    const events: Contract['events'] = {};
    for (const member of this.#eventTypes()) {
      const name = this.#propertyType(member, 'type');
      const object = this.#propertyType(this.#propertyType(member, 'data'), 'object');
      if (name.isStringLiteralType() && this.#schemas.knows(object))
        events[name.value] = this.#schemas.of(object);
    }
    return events;
  }

  /** What all events have in common; their `data.object` is left open. */
  #eventEnvelope(): JsonSchema {
    const [first] = this.#eventTypes();
    const schema = first && this.#schemas.definitions[definitionName(this.#schemas.of(first))];
    if (!schema) throw new Error('No events');
    return { ...schema, properties: { ...schema.properties, ...openEvent } };
  }

  #eventTypes(): readonly Type[] {
    const union = this.#named('Event');
    if (!union.isUnionType()) throw new Error('Events are no union');
    return union.getTypes();
  }

  #propertyType(type: Type, name: string): Type {
    const symbol = this.#checker.getPropertyOfType(type, name);
    const propertyType = symbol && this.#checker.getTypeOfSymbol(symbol);
    if (!propertyType) throw new Error(`No ${name} in ${this.#checker.typeToString(type)}`);
    return propertyType;
  }
}

const noParams: JsonSchema = { type: 'object', additionalProperties: false };

const openEvent: Record<string, JsonSchema> = {
  type: { type: 'string' },
  data: {
    type: 'object',
    properties: { object: { type: 'object' }, previous_attributes: { type: 'object' } },
    required: ['object'],
    additionalProperties: false,
  },
};

function list(object: string, item: JsonSchema, more: Record<string, JsonSchema>): JsonSchema {
  const properties = { object: { const: object }, data: { type: 'array', items: item }, ...more };
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

function definitionName(schema: JsonSchema): string {
  return (schema.$ref ?? '').replace('#/definitions/', '');
}

/** Every definition that says in its `object` field what it is and has an id. */
function objectsOf(definitions: Contract['definitions']): Contract['objects'] {
  const objects: Contract['objects'] = {};
  for (const [name, { properties }] of Object.entries(definitions)) {
    const object = properties?.object?.const;
    if (typeof object !== 'string' || !properties?.id) continue;
    objects[object] = [...(objects[object] ?? []), { $ref: `#/definitions/${name}` }];
  }
  return objects;
}

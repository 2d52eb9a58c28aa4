import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { Contract } from './derive-contract.ts';
import type { JsonSchema } from './schema-of-type.ts';

type Fields = Record<string, unknown>;

/** Error codes that Stripe answers with and its documents list, though the SDK's types do not. */
const undeclaredCodes = ['insufficient_capabilities_for_transfer'];

/**
 * Checks what goes over the wire against the SDK's types. Every check returns what is wrong, in words; nothing wrong
 * is an empty list.
 */
export class ContractChecker {
  readonly #contract: Contract;
  /** Form values are strings: numbers and booleans are read from them. */
  readonly #forms: Ajv;
  readonly #bodies: Ajv;
  readonly #compiled = new Map<string, ValidateFunction>();
  readonly #routes: { route: string; segments: string[] }[];

  constructor(contract: Contract) {
    this.#contract = contract;
    const options = {
      strict: false,
      verbose: true,
      validateSchema: false,
      addUsedSchema: false,
      // Compiling is most of a test file's time: plain code, and no definition copied into others.
      inlineRefs: false,
      code: { optimize: false },
    };
    this.#forms = new Ajv({ ...options, coerceTypes: 'array' });
    this.#bodies = new Ajv(options);
    const { definitions } = contract;
    for (const ajv of [this.#forms, this.#bodies]) ajv.addSchema({ $id: 'sdk', definitions });
    // Literal segments before ids: `/v1/charges/search` is not a charge.
    this.#routes = Object.keys(contract.routes)
      .map((route) => ({ route, segments: route.split('/') }))
      .sort((a, b) => idsIn(a.segments) - idsIn(b.segments));
  }

  /** Compiles the checks of these routes and of all events now, which else the first use of each waits for. */
  prepare(routes: readonly string[]): void {
    for (const route of routes) {
      this.#compile(this.#forms, `params ${route}`, this.#contract.routes[route]?.params);
      this.#compile(this.#bodies, `answer ${route}`, this.#contract.routes[route]?.answer);
    }
    for (const [type, schema] of Object.entries(this.#contract.events)) {
      this.#compile(this.#bodies, `event ${type}`, schema);
    }
    this.#compile(this.#bodies, 'error', this.#contract.error);
  }

  /** @returns the SDK's route that this call is one of, `GET /v1/charges/{}`; null when the SDK has none */
  routeOf(method: string, path: string): string | null {
    const called = `${method} ${path}`.split('/');
    const found = this.#routes.find(
      ({ segments }) =>
        segments.length === called.length &&
        segments.every((segment, index) => segment === '{}' || segment === called[index]),
    );
    return found?.route ?? null;
  }

  /** @param params the request's form, parsed, its values strings; it is not changed */
  checkRequest(method: string, path: string, params: Fields): string[] {
    const route = this.routeOf(method, path);
    if (!route) return [`${method} ${path} is no route of the SDK's that the contract knows`];
    const schema = this.#contract.routes[route]?.params;
    return this.#check(this.#forms, `params ${route}`, schema, structuredClone(params)).map(
      (problem) => `${route} params${problem}`,
    );
  }

  /** @param expand the request's `expand[]` */
  checkAnswer(
    method: string,
    path: string,
    status: number,
    body: unknown,
    expand: readonly string[],
  ): string[] {
    const route = this.routeOf(method, path);
    if (!isFields(body)) return [`${method} ${path} answered something that is no object`];
    if (status >= 400) return this.#checkError(`${method} ${path} ${status}`, body);
    if (!route) return [`${method} ${path} is no route of the SDK's that the contract knows`];
    const answer = structuredClone(body);
    const problems = takeOut(answer, expand).flatMap((object) => this.checkObject(object));
    problems.push(
      ...this.#check(this.#bodies, `answer ${route}`, this.#contract.routes[route]?.answer, answer).map(
        (problem) => `${route} answer${problem}`,
      ),
    );
    const items = Array.isArray(answer.data) ? answer.data : [answer];
    for (const item of items) {
      if (isFields(item) && item.object === 'event') problems.push(...this.checkEvent(item));
    }
    return problems;
  }

  /** An object of the API by itself, as its own `object` field names it. */
  checkObject(object: Fields): string[] {
    const name = String(object.object);
    const schemas = this.#contract.objects[name];
    if (!schemas) return [`there is no object ${name}`];
    return this.#check(this.#bodies, `object ${name}`, { anyOf: schemas }, object).map(
      (problem) => `${name} ${String(object.id)}${problem}`,
    );
  }

  /** The whole event, as `GET /v1/events/{id}` and webhooks carry it. */
  checkEvent(event: Fields): string[] {
    const type = String(event.type);
    const schema = this.#contract.events[type];
    if (!schema) return [`there is no event ${type}`];
    const envelope = this.#check(this.#bodies, 'event', { $ref: '#/definitions/Event' }, event);
    const object = isFields(event.data) ? event.data.object : undefined;
    return [...envelope, ...this.#check(this.#bodies, `event ${type}`, schema, object)].map(
      (problem) => `event ${type}${problem}`,
    );
  }

  #checkError(call: string, body: Fields): string[] {
    const { error } = body;
    const { code, ...rest } = isFields(error) ? error : {};
    const declared = undeclaredCodes.includes(String(code)) ? rest : error;
    return this.#check(this.#bodies, 'error', this.#contract.error, declared).map(
      (problem) => `${call} error${problem}`,
    );
  }

  #check(ajv: Ajv, name: string, schema: JsonSchema | undefined, value: unknown): string[] {
    const validate = this.#compile(ajv, name, schema);
    return validate(value) ? [] : (validate.errors ?? []).map(inWords);
  }

  #compile(ajv: Ajv, name: string, schema: JsonSchema | undefined): ValidateFunction {
    const known = this.#compiled.get(name);
    if (known) return known;
    const validate = ajv.compile(inSdk(schema ?? { enum: [] }));
    this.#compiled.set(name, validate);
    return validate;
  }
}

function inWords({ instancePath, keyword, message, params, data }: ErrorObject): string {
  const is = JSON.stringify(data)?.slice(0, 100);
  if (keyword === 'enum' || keyword === 'const') return `${instancePath} is ${is}: no value the SDK knows`;
  return `${instancePath} ${message} ${JSON.stringify(params)}, is ${is}`;
}

/** Points the references of a schema that stands outside the definitions into them. */
function inSdk(schema: JsonSchema): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/definitions/', '"sdk#/definitions/'));
}

/**
 * Puts the ids back where `expand` asked for objects.
 * @returns the objects that stood there, themselves with ids only
 */
function takeOut(body: Fields, expand: readonly string[]): Fields[] {
  const taken: Fields[] = [];
  // Deeper ones first, so that an outer object is taken out with ids inside.
  const paths = expand.flatMap(withItsBeginnings).sort((a, b) => b.length - a.length);
  for (const path of paths) collapse(body, path, taken);
  return taken;
}

/** Whoever asks for `latest_charge.balance_transaction` gets `latest_charge`, too. */
function withItsBeginnings(path: string): string[][] {
  const segments = path.split('.');
  return segments.map((_, index) => segments.slice(0, index + 1));
}

function collapse(value: unknown, path: readonly string[], taken: Fields[]): void {
  const [segment, ...rest] = path;
  if (Array.isArray(value)) for (const item of value) collapse(item, path, taken);
  if (!isFields(value) || segment === undefined) return;
  const field = value[segment];
  if (rest.length > 0) {
    collapse(field, rest, taken);
  } else if (isFields(field) && typeof field.id === 'string') {
    value[segment] = field.id;
    taken.push(field);
  }
}

function idsIn(segments: readonly string[]): number {
  return segments.filter((segment) => segment === '{}').length;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

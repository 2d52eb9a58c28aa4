import { parse } from 'qs';
import { invalidRequest } from './errors.ts';

type Field = string | Field[] | { [name: string]: Field };
type Fields = { [name: string]: Field };

/** Filters a list by time: Unix seconds. */
export interface TimeRange {
  gt?: number;
  gte?: number;
  lt?: number;
  lte?: number;
}

/** Reads a form or a query as Stripe does: `metadata[order]=1&expand[0]=latest_charge`. */
export function parseForm(text: string): Fields {
  return parse(text, { depth: 10, arrayLimit: 100, parameterLimit: 1000, plainObjects: true }) as Fields; // without a decoder of ours, qs makes only strings, arrays and objects
}

/**
 * The parameters of a request, read one by one. What was not read by the end is refused as unknown, so that
 * nothing that the simulator does not model passes silently.
 */
export class Params {
  readonly #fields: Fields;
  readonly #path: string;
  readonly #read = new Set<string>();
  readonly #children: Params[] = [];

  constructor(fields: Fields, path = '') {
    this.#fields = fields;
    this.#path = path;
  }

  /** Whether the parameter was sent at all. */
  has(name: string): boolean {
    return this.#fields[name] !== undefined;
  }

  optional(name: string): string | undefined {
    const value = this.#take(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'string')
      throw invalidRequest(`Invalid string: ${JSON.stringify(value)}`, this.#at(name));
    if (value === '') {
      const message = `You passed an empty string for '${this.#name(name)}'. We assume empty values are an attempt to unset a parameter; however '${this.#name(name)}' cannot be unset. You should remove '${this.#name(name)}' from your request or supply a non-empty value.`;
      throw invalidRequest(message, { code: 'parameter_invalid_empty', ...this.#at(name) });
    }
    return value;
  }

  /** @returns null when the parameter was sent empty, which unsets it */
  unsettable(name: string): string | null | undefined {
    if (this.#fields[name] !== '') return this.optional(name);
    this.#read.add(name);
    return null;
  }

  required(name: string): string {
    const value = this.optional(name);
    if (value === undefined) throw this.#missing(name);
    return value;
  }

  integer(name: string): number | undefined {
    const value = this.optional(name);
    if (value === undefined) return undefined;
    if (!/^-?\d{1,15}$/.test(value)) {
      throw invalidRequest(`Invalid integer: ${value}`, {
        code: 'parameter_invalid_integer',
        ...this.#at(name),
      });
    }
    return Number(value);
  }

  /** An amount in minor units: a positive integer. */
  amount(name: string): number | undefined {
    const value = this.integer(name);
    if (value !== undefined && value < 1) {
      const message = 'This value must be greater than or equal to 1.';
      throw invalidRequest(message, { code: 'parameter_invalid_integer', ...this.#at(name) });
    }
    return value;
  }

  requiredAmount(name: string): number {
    const value = this.amount(name);
    if (value === undefined) throw this.#missing(name);
    return value;
  }

  boolean(name: string): boolean | undefined {
    const value = this.optional(name);
    if (value === undefined || value === 'true' || value === 'false') return value && value === 'true';
    throw invalidRequest(`Invalid boolean: ${value}`, this.#at(name));
  }

  oneOf<Value extends string>(name: string, values: readonly Value[]): Value | undefined {
    const value = this.optional(name);
    const known = values.find((candidate) => candidate === value);
    if (value === undefined || known !== undefined) return known;
    const list = values.join(', ');
    throw invalidRequest(`Invalid ${this.#name(name)}: must be one of ${list}`, this.#at(name));
  }

  list(name: string): string[] {
    const value = this.#take(name) ?? [];
    const items = typeof value === 'object' && !Array.isArray(value) ? Object.values(value) : value;
    if (Array.isArray(items)) {
      const strings = items.filter((item) => typeof item === 'string');
      if (strings.length === items.length) return strings;
    }
    throw invalidRequest('Invalid array', this.#at(name));
  }

  /** The fields of a hash: `automatic_payment_methods[enabled]`. */
  hash(name: string): Params | undefined {
    const value = this.#take(name);
    if (value === undefined) return undefined;
    if (typeof value === 'string' || Array.isArray(value))
      throw invalidRequest('Invalid object', this.#at(name));
    const child = new Params(value, this.#name(name));
    this.#children.push(child);
    return child;
  }

  /** @returns the changes to an object's metadata; a key sent empty is unset, metadata sent empty unsets all */
  metadata(): (before: Record<string, string>) => Record<string, string> {
    const value = this.#take('metadata');
    if (value === '') return () => ({});
    if (value === undefined) return (before) => before;
    if (typeof value === 'string' || Array.isArray(value))
      throw invalidRequest('Invalid hash', this.#at('metadata'));
    const pairs = Object.entries(value).map(([key, item]): [string, string] => {
      if (typeof item !== 'string' || item.length > 500 || key.length > 40) {
        const message = 'Metadata values can have up to 500 characters, keys up to 40.';
        throw invalidRequest(message, { param: `metadata[${key}]` });
      }
      return [key, item];
    });
    return (before) => {
      const merged = Object.fromEntries(
        Object.entries({ ...before, ...Object.fromEntries(pairs) }).filter(([, item]) => item !== ''),
      );
      if (Object.keys(merged).length <= 50) return merged;
      throw invalidRequest('Metadata can have up to 50 keys.', { param: 'metadata' });
    };
  }

  timeRange(name: string): TimeRange | undefined {
    if (typeof this.#fields[name] === 'string') {
      const time = this.integer(name);
      return time === undefined ? undefined : { gte: time, lte: time };
    }
    const range = this.hash(name);
    if (!range) return undefined;
    const limits: TimeRange = {};
    for (const limit of ['gt', 'gte', 'lt', 'lte'] as const) {
      const time = range.integer(limit);
      if (time !== undefined) limits[limit] = time;
    }
    return limits;
  }

  /** @throws ApiError for the first parameter that nobody read */
  end(): void {
    for (const name of Object.keys(this.#fields)) {
      if (this.#read.has(name)) continue;
      const message = `Received unknown parameter: ${this.#name(name)}`;
      throw invalidRequest(message, { code: 'parameter_unknown', ...this.#at(name) });
    }
    for (const child of this.#children) child.end();
  }

  #take(name: string): Field | undefined {
    this.#read.add(name);
    return this.#fields[name];
  }

  #missing(name: string): Error {
    const message = `Missing required param: ${this.#name(name)}.`;
    return invalidRequest(message, { code: 'parameter_missing', ...this.#at(name) });
  }

  #name(name: string): string {
    return this.#path ? `${this.#path}[${name}]` : name;
  }

  #at(name: string): { param: string } {
    return { param: this.#name(name) };
  }
}

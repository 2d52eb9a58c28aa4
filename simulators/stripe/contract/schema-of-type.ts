import type { Checker, Type } from 'typescript/unstable/sync';
import { TypeFlags } from 'typescript/unstable/sync';

/** The part of JSON Schema that types of the SDK need. */
export interface JsonSchema {
  $ref?: string;
  type?: string | string[];
  const?: string | number | boolean | null;
  enum?: (string | number | boolean | null)[];
  anyOf?: JsonSchema[];
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean | JsonSchema;
}

/**
 * Turns types of the checker into JSON Schemas, one definition for each object type, keyed by type identity:
 * names alone repeat (`Card.Checks` is both of a charge and of a payment method).
 *
 * - Open enums (`'a' | 'b' | OtherString`) become closed: a value that the SDK does not know is a mistake here.
 * - Expandable fields (`string | Charge`) become the id: whoever validates an expanded answer takes the
 *   expanded objects out first and checks each by itself.
 * - Objects are closed: a field that Stripe does not have is a mistake.
 */
export class SchemaOfType {
  readonly definitions: Record<string, JsonSchema> = {};
  readonly #names = new Map<number, string>();
  readonly #checker: Checker;
  readonly #given: ReadonlyMap<number, JsonSchema>;

  /** @param given schemas for types, by type id, that are not to be derived. */
  constructor(checker: Checker, given: ReadonlyMap<number, JsonSchema>) {
    this.#checker = checker;
    this.#given = given;
  }

  /** @returns whether this object type has its definition already. */
  knows(type: Type): boolean {
    return this.#names.has(type.id);
  }

  /** @returns the schema of any type; object types as a `$ref` into {@link definitions}. */
  of(type: Type): JsonSchema {
    const given = this.#given.get(type.id);
    if (given) return given;
    if (type.flags & (TypeFlags.Any | TypeFlags.Unknown)) return {};
    if (type.flags & TypeFlags.Null) return { type: 'null' };
    if (type.flags & TypeFlags.String) return { type: 'string' };
    if (type.flags & TypeFlags.Number) return { type: 'number' };
    if (type.flags & TypeFlags.Boolean) return { type: 'boolean' };
    if (type.isBooleanLiteralType()) return { const: type.value === true };
    if (type.isStringLiteralType() || type.isNumberLiteralType()) return { const: type.value };
    if (type.isUnionType()) return this.#ofUnion(type.getTypes());
    if (isOtherString(type)) return { type: 'string' };
    if (type.isIntersectionType() || type.isObjectType()) return this.#ofObject(type);
    throw new Error(`No JSON Schema for ${this.#checker.typeToString(type)}`);
  }

  #ofUnion(types: readonly Type[]): JsonSchema {
    const present = types.filter((type) => !isAbsent(type) && !isOtherString(type));
    const expandable = present.some((type) => type.flags & TypeFlags.String);
    const members = expandable ? present.filter((type) => !this.#isApiObject(type)) : present;
    const literals = members.filter((type) => type.isLiteralType()).map(literalValue);
    const schemas = members.filter((type) => !type.isLiteralType()).map((type) => this.of(type));
    // The checker knows `boolean` as the union of its two values; a form's text is read as one only by its type.
    const isBoolean = literals.includes(true) && literals.includes(false);
    if (isBoolean) schemas.push({ type: 'boolean' });
    const values = isBoolean ? literals.filter((value) => typeof value !== 'boolean') : literals;
    if (values.length > 0) schemas.push({ enum: values });
    const [only] = schemas;
    return schemas.length === 1 && only ? only : { anyOf: schemas };
  }

  /** An object that the API serves by itself, so that a field may hold only its id. */
  #isApiObject(type: Type): boolean {
    return (
      type.isObjectType() &&
      this.#checker.getPropertyOfType(type, 'id') !== undefined &&
      this.#checker.getPropertyOfType(type, 'object') !== undefined
    );
  }

  #ofObject(type: Type): JsonSchema {
    if (this.#checker.isArrayType(type) && type.isTypeReference()) {
      const [item] = this.#checker.getTypeArguments(type);
      return { type: 'array', items: item ? this.of(item) : {} };
    }
    // The SDK's own number class: a string on the wire.
    if (type.getSymbol()?.name === 'Decimal') return { type: 'string' };
    let name = this.#names.get(type.id);
    if (!name) {
      name = `${type.getSymbol()?.name ?? 'Object'}-${this.#names.size}`;
      this.#names.set(type.id, name);
      this.definitions[name] = this.#definitionOf(type);
    }
    return { $ref: `#/definitions/${name}` };
  }

  #definitionOf(type: Type): JsonSchema {
    const [index] = this.#checker.getIndexInfosOfType(type);
    const properties: Record<string, JsonSchema> = {};
    const required: string[] = [];
    for (const symbol of this.#checker.getPropertiesOfType(type)) {
      const propertyType = this.#checker.getTypeOfSymbol(symbol);
      if (!propertyType) throw new Error(`No type for ${symbol.name}`);
      const alternatives = propertyType.isUnionType() ? propertyType.getTypes() : [propertyType];
      // `deleted?: void` says that the field is never there.
      if (alternatives.every(isAbsent)) continue;
      properties[symbol.name] = this.of(propertyType);
      if (!alternatives.some(isAbsent)) required.push(symbol.name);
    }
    return {
      type: 'object',
      properties,
      required,
      additionalProperties: index ? this.of(index.valueType) : false,
    };
  }
}

function literalValue(type: Type): string | number | boolean {
  if (type.isBooleanLiteralType()) return type.value === true;
  if (type.isStringLiteralType() || type.isNumberLiteralType()) return type.value;
  throw new Error('A literal that JSON does not have');
}

function isAbsent(type: Type): boolean {
  return (type.flags & (TypeFlags.Undefined | TypeFlags.Void)) !== 0;
}

/** `string & Record<never, never>`, which the SDK adds to enums that Stripe may extend. */
function isOtherString(type: Type): boolean {
  return type.isIntersectionType() && type.getTypes().some((member) => member.flags & TypeFlags.String);
}

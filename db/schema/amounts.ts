import { bigint, char, customType } from 'drizzle-orm/pg-core';

/** A column for an amount: minor units of the currency that stands beside it. */
export const amount = (name: string) => bigint(name, { mode: 'bigint' });

/** A column for an ISO 4217 code, upper case. */
export const currency = (name: string) => char(name, { length: 3 });

/** The fields that hold amounts in what is kept as JSON, wherever they stand in it. */
const AMOUNT_FIELDS = new Set(['amount', 'available', 'taken', 'lost']);

/** A `jsonb` column for something with amounts, which are decimal strings in it: numbers of JSON are no bigints. */
export const jsonbWithAmounts = <T>(name: string) =>
  customType<{ data: T; driverData: unknown }>({
    dataType: () => 'jsonb',
    toDriver: (value) =>
      JSON.stringify(value, (_, field) => (typeof field === 'bigint' ? field.toString() : field)),
    // The driver may have parsed it already.
    fromDriver: (stored) =>
      JSON.parse(typeof stored === 'string' ? stored : JSON.stringify(stored), (name, field) =>
        AMOUNT_FIELDS.has(name) ? BigInt(field) : field,
      ),
  })(name);

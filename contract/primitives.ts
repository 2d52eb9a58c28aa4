import * as z from 'zod';

/** UUIDv7 for everything we make; any UUID is accepted where one is only looked up. */
export const id = z.uuid();

/** An instant. Any offset is understood; what we send is UTC. Years stay within what Postgres and people use. */
export const time = z.iso
  .datetime({ offset: true })
  .refine((value) => {
    const year = new Date(value).getUTCFullYear();
    return year >= 2000 && year < 2200;
  }, 'must lie between the years 2000 and 2200')
  .meta({ description: 'ISO 8601 time', example: '2026-11-23T20:15:00.000Z' });

export const latitude = z
  .number()
  .min(-90)
  .max(90)
  .meta({ description: 'Degrees north, WGS 84', example: 38.7139 });
export const longitude = z
  .number()
  .min(-180)
  .max(180)
  .meta({ description: 'Degrees east, WGS 84', example: -9.1394 });
export const coordinates = z.object({ latitude, longitude });

/** What a text that stands for a number is described as: the pattern is how it is read, not what a client should know. */
const DESCRIBED_AS_NUMBER = { type: 'number', pattern: undefined } as const;

/** The same in a query string, where everything is text. An empty value is a mistake, not the equator. */
const decimalText = z.string().regex(/^[+-]?(\d{1,3})(\.\d{1,15})?$/, 'must be a decimal number');
export const queryLatitude = decimalText
  .transform(Number)
  .pipe(latitude)
  .meta({ ...DESCRIBED_AS_NUMBER, minimum: -90, maximum: 90, example: 38.7139 });
export const queryLongitude = decimalText
  .transform(Number)
  .pipe(longitude)
  .meta({ ...DESCRIBED_AS_NUMBER, minimum: -180, maximum: 180, example: -9.1394 });
/** A whole number in a query string, from `min` to `max`; `otherwise` when it is left out. */
export const queryInteger = (min: number, max: number, otherwise: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(min).max(max))
    .default(otherwise)
    .meta({ type: 'integer', minimum: min, maximum: max, default: otherwise, pattern: undefined });

/** ISO 4217. Whether we take it is the domain's to say. */
export const currency = z
  .string()
  .regex(/^[A-Z]{3}$/, 'must be three capital letters (ISO 4217)')
  .meta({ example: 'USD' });

/** A decimal number of major units (25.00 USD). How many decimals it may have depends on its currency. */
export const amount = z
  .number()
  .positive()
  .max(1_000_000_000)
  .meta({ description: 'Decimal number in the major unit of the currency', example: 25 });

/**
 * Text that a person wrote: trimmed, not empty, at most `max` characters. Control characters other than line breaks
 * are refused: Postgres cannot store NUL, and the others only serve to deceive. So are lone surrogates.
 */
export const text = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
    .regex(/^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$/, 'must not contain control characters')
    .refine((value) => value.isWellFormed(), 'must be well-formed Unicode');

/** How far a client knows a log, in a query string: it wants what came after. */
export const since = z
  .string()
  .regex(/^\d{1,9}$/, 'must be the seq of an event')
  .transform(Number)
  .meta({
    type: 'integer',
    minimum: 0,
    pattern: undefined,
    description: 'The seq of the last event that you have',
  })
  .optional();

/** An opaque place in a list, as given by an earlier page. */
export const cursor = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[A-Za-z0-9_-]+$/, 'is not a cursor');

export const pagination = z
  .object({
    hasNextPage: z.boolean(),
    hasPreviousPage: z.boolean(),
    nextCursor: z.string().nullable(),
    previousCursor: z.string().nullable(),
    totalCount: z.int().meta({ description: 'Counted to 10,000 at most' }),
  })
  .meta({ id: 'Pagination' });

export const page = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), pagination });

import fc from 'fast-check';
import { oddKey, oddText, oddValue, toJson } from './odd-values.ts';

type Change = (holder: Holder, key: string | number) => void;
type Holder = Record<string | number, unknown>;

const change: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 5,
    arbitrary: oddValue.map(
      (odd): Change =>
        (holder, key) =>
          put(holder, key, structuredClone(odd)),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constant<Change>((holder, key) => {
      delete holder[key];
    }),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(oddKey, oddValue).map(
      ([name, odd]): Change =>
        (holder) =>
          put(holder, name, structuredClone(odd)),
    ),
  },
  { weight: 1, arbitrary: fc.constant<Change>((holder, key) => put(holder, key, [holder[key]])) },
  { weight: 1, arbitrary: fc.constant<Change>((holder, key) => put(holder, key, toJson(holder[key]))) },
);

/** Changes to somewhere that takes text: only what is well otherwise gets past the first look. */
const oneText = fc.tuple(fc.nat(), oddText).map(([at, odd]) => ({
  changes: [[at, (holder, key) => put(holder, key, odd)]] satisfies [number, Change][],
  where: (value: unknown) => typeof value === 'string',
}));

const anywhere = { where: () => true };
const severalThings = fc
  .array(fc.tuple(fc.nat(), change), { maxLength: 3 })
  .map((changes) => ({ changes, ...anywhere }));
const oneThing = fc.tuple(fc.nat(), change).map((only) => ({ changes: [only], ...anywhere }));

/** A value with something about it changed, wherever in it: one text, one thing, several, or nothing at all. */
export function mutated(value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const plan: fc.Arbitrary<{ changes: [number, Change][]; where: (value: unknown) => boolean }> = fc.oneof(
    oneText,
    oneThing,
    severalThings,
  );
  return fc.tuple(value, plan).map(([well, { changes, where }]) => {
    const root: Holder = { value: structuredClone(well) };
    for (const [at, apply] of changes) {
      const places = placesIn(root).filter(([holder, key]) => where(holder[key]));
      const [holder, key] = places[at % places.length] ?? [root, 'value'];
      apply(holder, key);
    }
    return root.value;
  });
}

/** An own property whatever its name: plain assignment to `__proto__` would make none. */
function put(holder: Holder, key: string | number, value: unknown): void {
  if (Array.isArray(holder)) holder[Number(key)] = value;
  else Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

function placesIn(holder: Holder, depth = 0): [Holder, string | number][] {
  return Object.entries(holder).flatMap(([key, value]): [Holder, string | number][] => {
    const goesOn = depth < 8 && typeof value === 'object' && value !== null;
    // Checked just above.
    return [[holder, key], ...(goesOn ? placesIn(value as Holder, depth + 1).slice(0, 200) : [])];
  });
}

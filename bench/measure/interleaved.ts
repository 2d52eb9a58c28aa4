/**
 * Measures contenders in rounds, one after the other in each, so that a busy machine meets them all alike. Who goes
 * first changes from round to round.
 * @returns the measurements of every contender, in the order of the rounds
 */
export async function interleaved<Name extends string, T>(
  rounds: number,
  contenders: Readonly<Record<Name, () => Promise<T>>>,
): Promise<Record<Name, T[]>> {
  const names = Object.keys(contenders) as Name[]; // the record's own keys
  const measured = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, T[]>; // the same
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(round + turn) % names.length];
      if (name !== undefined) measured[name].push(await contenders[name]());
    }
  }
  return measured;
}

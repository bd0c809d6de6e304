/** Chance with a seed: the same seed gives the same trace on every machine. */

export interface Random {
  /** In [0, 1). */
  next(): number;
  /** In [low, high). */
  between(low: number, high: number): number;
  /** Half of the values lie below `median`; the larger `spread` (the deviation of the logarithm), the longer the tail. */
  logNormal(median: number, spread: number): number;
}

/** A generator of Chris Doty-Humphrey's family sfc32: 128 bits of state, no multiplication. */
export function createRandom(seed: number): Random {
  let a = 0x9e3779b9;
  let b = 0x243f6a88;
  let c = seed | 0;
  let counter = 1;
  const next = () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  // Neighbouring seeds begin alike: what is drawn first is thrown away.
  for (let round = 0; round < 15; round += 1) next();
  /** By Box and Muller's transform. */
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return {
    next,
    between: (low, high) => low + (high - low) * next(),
    logNormal: (median, spread) => median * Math.exp(spread * normal()),
  };
}

/** Cuts bytes into pieces: nothing that reads a stream may depend on where a network cuts it. */

/** The pieces between the positions; positions beyond the end, and twice the same, cut nothing. */
export function cutInto(bytes: Buffer, positions: readonly number[]): readonly Buffer[] {
  const inside = positions.filter((position) => position > 0 && position < bytes.length);
  const edges = [0, ...new Set(inside.toSorted((a, b) => a - b)), bytes.length];
  return edges.slice(1).map((end, index) => bytes.subarray(edges[index], end));
}

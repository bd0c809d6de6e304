/** What a check is and what it answers. */

/** One breach of one rule, at one place. */
export interface Violation {
  /** The rule's short name, such as `core-is-pure`. */
  readonly rule: string;
  /** Where: a path from the root, with a line when there is one. */
  readonly where: string;
  /** What is wrong and what cures it. */
  readonly message: string;
}

export interface CheckResult {
  readonly ok: boolean;
  /** What was looked at, or how much is wrong, in a few words. */
  readonly summary: string;
  /** Every fault, in lines for a person. Empty when all is well. */
  readonly details: readonly string[];
}

export interface Check {
  /** The name at the start of its line in the output of `make check`. */
  readonly name: string;
  /** Looks at the tree at `root` (an absolute path) and at nothing else. */
  run(root: string): CheckResult | Promise<CheckResult>;
}

/** A check's answer from what its rules found. `lookedAt` says how much there was to see: a check that saw nothing has failed. */
export function resultOf(
  violations: readonly Violation[],
  lookedAt: { readonly count: number; readonly what: string },
): CheckResult {
  if (lookedAt.count === 0) return { ok: false, summary: `found no ${lookedAt.what} to look at`, details: [] };
  if (violations.length === 0) return { ok: true, summary: `${lookedAt.count} ${lookedAt.what}`, details: [] };
  const details = violations.map(({ rule, where, message }) => `${where}  ${message}  [${rule}]`).sort();
  return { ok: false, summary: `${violations.length} ${violations.length === 1 ? 'fault' : 'faults'}`, details };
}

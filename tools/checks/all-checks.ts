/** Every check of `make check`, in the order in which they run. */
import type { Check, CheckResult } from './check.ts';
import { architectureCheck } from './check-architecture.ts';
import { containerCheck } from './check-container.ts';
import { documentsCheck } from './check-documents.ts';
import { lockfileCheck } from './check-lockfile.ts';
import { reliabilityCheck } from './check-reliability.ts';
import { textCheck } from './check-text.ts';
import { typeCoverageCheck } from './check-type-coverage.ts';
import { toolChecks } from './check-with-tools.ts';

export const allChecks: readonly Check[] = [
  ...toolChecks,
  typeCoverageCheck,
  architectureCheck,
  textCheck,
  lockfileCheck,
  containerCheck,
  documentsCheck,
  reliabilityCheck,
];

/**
 * Runs the checks one after the other and tells one line about each as it ends, with the faults below it.
 * Returns whether all were well. A check that throws has failed.
 */
export async function runChecks(
  root: string,
  tell: (line: string) => void,
  checks: readonly Check[] = allChecks,
): Promise<boolean> {
  let allWell = true;
  for (const check of checks) {
    const { ok, summary, details } = await outcomeOf(check, root);
    tell(`${ok ? 'ok  ' : 'FAIL'}  ${check.name.padEnd(26)}${summary}`);
    for (const detail of details) tell(`        ${detail}`);
    allWell &&= ok;
  }
  return allWell;
}

async function outcomeOf(check: Check, root: string): Promise<CheckResult> {
  try {
    return await check.run(root);
  } catch (error) {
    return { ok: false, summary: 'could not be done', details: [(error as Error).message] };
  }
}

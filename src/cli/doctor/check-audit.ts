/** The audit log: is its chain whole? */
import type { ChainReport } from '../../storage/audit/audit-files.ts';
import { about, type Finding } from './finding.ts';

const { ok, problem } = about('audit log');

const FAULTS: Readonly<Record<ChainReport['faults'][number]['what'], string>> = {
  chain: 'does not follow from the line before it',
  number: 'has a number that does not follow',
  unreadable: 'is no line of the log',
};

/** Nothing is said of a log that has no line yet. */
export function checkAudit({
  isWhole,
  faults,
  lines,
  files,
}: Pick<ChainReport, 'isWhole' | 'faults' | 'lines' | 'files'>): readonly Finding[] {
  if (lines === 0) return [];
  const [first] = faults;
  if (isWhole || !first) return [ok(`Whole: ${lines} lines in ${files.length} ${files.length === 1 ? 'file' : 'files'}.`)];
  const more = faults.length === 1 ? '' : ` It is the first of ${faults.length} faults.`;
  return [
    problem(
      `It is not as it was written: line ${first.line} of ${first.file} ${FAULTS[first.what]}.${more}`,
      'Find out who can write to the data folder, and compare with a copy. See docs/operations.md.',
    ),
  ];
}

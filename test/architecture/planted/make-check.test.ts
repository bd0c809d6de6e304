/** `make check` says one line for each check, and no failed one gets lost among the others. */
import assert from 'node:assert/strict';
import { allChecks, runChecks } from '../../../tools/checks/all-checks.ts';
import type { Check } from '../../../tools/checks/check.ts';
import { projectRoot } from './planted-tree.ts';

const well: Check = { name: 'well', run: () => ({ ok: true, summary: '3 files', details: [] }) };
const faulty: Check = { name: 'faulty', run: () => ({ ok: false, summary: '1 fault', details: ['src/a.ts:1  is wrong'] }) };
const broken: Check = { name: 'broken', run: () => Promise.reject(new Error('no such file')) };

async function outputOf(...checks: Check[]): Promise<{ allWell: boolean; lines: string[] }> {
  const lines: string[] = [];
  return { allWell: await runChecks(projectRoot, (line) => lines.push(line), checks), lines };
}

describe('make check', () => {
  it('says one line for each check that is well', async () => {
    const { allWell, lines } = await outputOf(well, well);
    assert.equal(allWell, true);
    assert.deepEqual(lines, ['ok    well                      3 files', 'ok    well                      3 files']);
  });

  it('says below a failed check what it found, and goes on', async () => {
    const { allWell, lines } = await outputOf(faulty, well);
    assert.equal(allWell, false);
    assert.deepEqual(
      lines.map((line) => line.trim().replace(/ {2,}/g, ' ')),
      ['FAIL faulty 1 fault', 'src/a.ts:1 is wrong', 'ok well 3 files'],
    );
  });

  it('takes a check that cannot be done for a failed one', async () => {
    const { allWell, lines } = await outputOf(broken, well);
    assert.equal(allWell, false);
    assert.deepEqual([lines.length, lines[1]?.trim()], [3, 'no such file']);
  });

  it('has every check under a name of its own', () => {
    const names = allChecks.map(({ name }) => name);
    assert.deepEqual(names, [...new Set(names)]);
  });
});

import assert from 'node:assert/strict';
import { checkAudit } from '../../../../src/cli/doctor/check-audit.ts';

const whole = { isWhole: true, faults: [], lines: 12, files: ['audit-0000000009.jsonl', 'audit.jsonl'] };

describe('what the doctor says about the audit log', () => {
  it('is nothing where there is none yet', () => assert.deepEqual(checkAudit({ ...whole, lines: 0, files: [] }), []));

  it('is how much of it is whole', () => assert.equal(checkAudit(whole)[0]?.message, 'Whole: 12 lines in 2 files.'));

  it('is where it was tampered with', () => {
    const faults = [
      { file: 'audit.jsonl', line: 3, what: 'chain' },
      { file: 'audit.jsonl', line: 7, what: 'number' },
    ] as const;
    const [finding] = checkAudit({ ...whole, isWhole: false, faults });
    assert.equal(finding?.verdict, 'problem');
    assert.equal(
      finding?.message,
      'It is not as it was written: line 3 of audit.jsonl does not follow from the line before it. It is the first of 2 faults.',
    );
  });
});

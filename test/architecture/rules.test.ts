/** This tree keeps its own rules: one test for each, so that a breach says which. That the rules bite is shown in `planted/`. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Violation } from '../../tools/checks/check.ts';
import { architectureViolations } from '../../tools/checks/check-architecture.ts';
import { containerViolations } from '../../tools/checks/check-container.ts';
import { documentViolations } from '../../tools/checks/check-documents.ts';
import { lockfileViolations } from '../../tools/checks/check-lockfile.ts';
import { reliabilityViolations } from '../../tools/checks/check-reliability.ts';
import { textViolations } from '../../tools/checks/check-text.ts';
import { breaches } from './planted/architecture-cases.ts';

const root = join(import.meta.dirname, '../..');

const groups: readonly (readonly [what: string, rules: readonly string[], find: (root: string) => Violation[]])[] = [
  ['imports', [...new Set(breaches.map(({ rule }) => rule))], architectureViolations],
  ['texts', ['no-machine-paths', 'no-registry-hosts', 'no-unfinished-work', 'no-secrets'], textViolations],
  [
    'lock file',
    [
      'lock-file-is-complete',
      'lock-file-is-current',
      'lock-file-has-integrity',
      'lock-file-names-no-host',
      'no-install-scripts',
      'versions-are-exact',
    ],
    lockfileViolations,
  ],
  [
    'container',
    [
      'dockerfile-is-right',
      'image-has-the-pinned-node',
      'image-is-not-root',
      'image-tells-its-health',
      'compose-file-is-right',
      'service-is-confined',
    ],
    containerViolations,
  ],
  ['promises', ['every-case-has-a-row', 'rows-are-whole', 'tests-exist'], reliabilityViolations],
  ['documents', ['decision-names', 'decision-numbers', 'links-lead-somewhere', 'dependencies-have-reasons'], documentViolations],
];

for (const [what, rules, find] of groups) {
  describe(`the ${what} of this tree`, () => {
    let found: Violation[];
    before(() => {
      found = find(root);
    });

    for (const rule of rules) {
      it(`keep ${rule}`, () => {
        const broken = found.filter((violation) => violation.rule === rule);
        assert.deepEqual(
          broken.map(({ where, message }) => `${where} ${message}`),
          [],
        );
      });
    }

    it('break no rule that is not named here', () => {
      assert.deepEqual(
        found.filter(({ rule }) => !rules.includes(rule)),
        [],
      );
    });
  });
}

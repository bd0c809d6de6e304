/** An image or a compose file that promises too much is found. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { containerViolations } from '../../../tools/checks/check-container.ts';
import { plantTree, projectRoot } from './planted-tree.ts';

const FILES = ['Dockerfile', 'compose.yaml', '.node-version'];
type File = 'Dockerfile' | 'compose.yaml';

/** The rules that are broken after `from` has become `to` in one of the project's files. */
function rulesBroken(file: File, from: string, to: string): readonly string[] {
  const text = readFileSync(join(projectRoot, file), 'utf8');
  assert.ok(text.includes(from), `${file} has no ${from}`);
  const tree = plantTree({}, FILES);
  try {
    tree.plant({ [file]: text.replace(from, to) });
    return [...new Set(containerViolations(tree.root).map(({ rule }) => rule))];
  } finally {
    tree.remove();
  }
}

const faults: readonly (readonly [what: string, file: File, from: string, to: string, rule: string])[] = [
  ['an unknown instruction', 'Dockerfile', 'STOPSIGNAL SIGTERM', 'STOPSIGNL SIGTERM', 'dockerfile-is-right'],
  ['a port that is none', 'Dockerfile', 'EXPOSE 4000', 'EXPOSE 4000x', 'dockerfile-is-right'],
  ['another Node', 'Dockerfile', '-bookworm-slim', '-bookworm-slim\nFROM node:22-slim', 'image-has-the-pinned-node'],
  ['an image that runs as root', 'Dockerfile', 'USER node', 'USER root', 'image-is-not-root'],
  ['an image whose health nobody asks for', 'Dockerfile', 'HEALTHCHECK', 'CMD', 'image-tells-its-health'],
  ['a key that compose does not know', 'compose.yaml', 'read_only: true', 'readonly: true', 'compose-file-is-right'],
  ['a port that the network reaches', 'compose.yaml', '127.0.0.1:4000:4000', '0.0.0.0:4000:4000', 'service-is-confined'],
  ['a writable root file system', 'compose.yaml', 'read_only: true', 'read_only: false', 'service-is-confined'],
  ['capabilities that nobody needs', 'compose.yaml', '- ALL', '- NET_RAW', 'service-is-confined'],
  ['privileges that may be gained', 'compose.yaml', 'no-new-privileges:true', 'no-new-privileges:false', 'service-is-confined'],
];

describe('the container check', () => {
  it('finds nothing in the files as they are', () => assert.deepEqual(rulesBroken('Dockerfile', 'USER node', 'USER node'), []));

  for (const [what, file, from, to, rule] of faults) {
    it(`catches ${what}`, () => assert.ok(rulesBroken(file, from, to).includes(rule)));
  }
});

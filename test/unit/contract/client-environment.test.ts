/** What the command line prints and the dashboard shows to point a client here: made by the same code. */
import assert from 'node:assert/strict';
import { environmentLines, SHELLS } from '../../../src/contract/client-environment.ts';

const endpoint = { baseUrl: 'http://127.0.0.1:4000', key: 'hg_abc' };

const expected = {
  sh: ['export ANTHROPIC_BASE_URL=http://127.0.0.1:4000', 'export ANTHROPIC_AUTH_TOKEN=hg_abc'],
  fish: ['set -gx ANTHROPIC_BASE_URL http://127.0.0.1:4000', 'set -gx ANTHROPIC_AUTH_TOKEN hg_abc'],
  powershell: ['$env:ANTHROPIC_BASE_URL = "http://127.0.0.1:4000"', '$env:ANTHROPIC_AUTH_TOKEN = "hg_abc"'],
  cmd: ['set ANTHROPIC_BASE_URL=http://127.0.0.1:4000', 'set ANTHROPIC_AUTH_TOKEN=hg_abc'],
};

describe('the lines that point a client here', () => {
  for (const shell of SHELLS) it(`for ${shell}`, () => assert.deepEqual(environmentLines(shell, endpoint), expected[shell]));
});

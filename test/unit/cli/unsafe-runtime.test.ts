import assert from 'node:assert/strict';
import { type RuntimeFacts, runtimeFaults } from '../../../src/cli/unsafe-runtime.ts';

const faultsOf = (facts: Partial<RuntimeFacts>, mayDebug = false) =>
  runtimeFaults({ environment: {}, nodeArguments: [], debuggerUrl: undefined, ...facts }, { mayDebug });

describe('a runtime', () => {
  for (const [what, facts] of [
    ['that verifies no certificates', { environment: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } }],
    ['that parses HTTP as it pleases', { nodeArguments: ['--insecure-http-parser'] }],
    ['that does so under another spelling', { nodeArguments: ['--insecure_http_parser'] }],
    ['that does so by NODE_OPTIONS', { environment: { NODE_OPTIONS: '--max-old-space-size=100 --insecure-http-parser' } }],
    ['to which a debugger can attach', { debuggerUrl: 'ws://127.0.0.1:9229/x' }],
  ] as const) {
    it(`${what} is refused`, () => assert.equal(faultsOf(facts).length, 1));
  }

  for (const [what, facts] of [
    ['that says nothing', {}],
    ['that verifies certificates', { environment: { NODE_TLS_REJECT_UNAUTHORIZED: '1' } }],
    ['with other options', { nodeArguments: ['--no-insecure-http-parser', '--enable-source-maps'] }],
  ] as const) {
    it(`${what} is fine`, () => assert.deepEqual(faultsOf(facts), []));
  }

  it('may be debugged by whoever says so, and is no safer otherwise', () => {
    const both = { debuggerUrl: 'ws://127.0.0.1:9229/x', environment: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } };
    assert.deepEqual(
      faultsOf(both, true).map((fault) => fault.split(' ')[0]),
      ['NODE_TLS_REJECT_UNAUTHORIZED=0'],
    );
  });
});

import assert from 'node:assert/strict';
import { firstSince } from '../../../../frontend/src/features/connect/first-since.ts';
import { snippetsFor } from '../../../../frontend/src/features/connect/snippets.ts';
import { environmentOf } from '../../../../src/contract/client-environment.ts';
import { aRequest, at, NOW } from '../../support/builders.ts';

describe('the lines that connect a client', () => {
  const endpoint = { baseUrl: 'https://headgate.example', key: 'hg_abc' };
  const snippets = snippetsFor(endpoint);

  for (const { id, text } of snippets)
    it(`for ${id} name the address and the key`, () => {
      assert.ok(text.includes(endpoint.baseUrl));
      assert.ok(text.includes(endpoint.key));
    });

  it('for Claude Code set the variables that the command line prints, and no others', () => {
    const settings = JSON.parse(snippets.find(({ id }) => id === 'settings')?.text ?? '');
    assert.deepEqual(settings, { env: environmentOf(endpoint) });
    for (const { id, text } of snippets.filter(({ id }) => ['sh', 'fish', 'powershell', 'cmd'].includes(id)))
      assert.deepEqual(text.match(/ANTHROPIC_[A-Z_]+/g), Object.keys(environmentOf(endpoint)), id);
  });
});

describe('the check of the connection', () => {
  const early = aRequest('hgr_early', { started_at: at(-60_000) });
  const failed = aRequest('hgr_failed', { started_at: at(1000), status: 401 });
  const later = aRequest('hgr_later', { started_at: at(2000), status: 503 });
  const good = aRequest('hgr_good', { started_at: at(3000) });
  const better = aRequest('hgr_better', { started_at: at(4000) });
  const found = (...requests: Parameters<typeof firstSince>[1][number][]) => firstSince(NOW, requests)?.id;

  it('waits while nothing came since', () => assert.equal(found(early), undefined));
  it('shows the last one that failed, until one succeeds', () => assert.equal(found(later, failed, early), 'hgr_later'));
  it('shows the first one that succeeded', () => assert.equal(found(better, good, failed), 'hgr_good'));
});

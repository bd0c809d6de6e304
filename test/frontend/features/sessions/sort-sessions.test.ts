import assert from 'node:assert/strict';
import { programOf, sortSessions } from '../../../../frontend/src/features/sessions/sort-sessions.ts';
import { type ClientSessionView, clientSessionSchema } from '../../../../src/contract/sessions.ts';
import { at } from '../../support/builders.ts';

const aSession = (id: string, lastSeen: number, running: number): ClientSessionView =>
  clientSessionSchema.parse({
    id,
    key: null,
    address: '127.0.0.1',
    user_agent: 'node',
    first_seen_at: at(-9000),
    last_seen_at: at(lastSeen),
    expires_at: at(9000),
    revoked_until: null,
    running: Array.from({ length: running }, (_, index) => ({
      request_id: `hgr_${index}`,
      started_at: at(-1000),
      account: null,
      method: 'POST',
      path: '/v1/messages',
      model: null,
      bytes_received: 1,
      bytes_sent: 0,
    })),
  });

describe('the sessions', () => {
  it('are listed by what runs, then by who was here last', () =>
    assert.deepEqual(
      sortSessions([aSession('old', -50, 0), aSession('new', -1, 0), aSession('one', -90, 1), aSession('two', -95, 2)]).map(
        ({ id }) => id,
      ),
      ['two', 'one', 'new', 'old'],
    ));

  it('tell the program alone', () => {
    assert.equal(programOf('claude-cli/2.1.330 (external, cli)'), 'claude-cli/2.1.330');
    assert.equal(programOf('python-httpx/0.28'), 'python-httpx/0.28');
    assert.equal(programOf(''), 'unknown program');
  });
});

import assert from 'node:assert/strict';
import { programOf, sortSessions } from '../../../../frontend/src/features/sessions/sort-sessions.ts';
import { type ClientSessionView, clientSessionSchema } from '../../../../src/contract/sessions.ts';
import { at } from '../../support/builders.ts';

const aSession = (id: string, firstSeen: number, { lastSeen = 0, running = 0 } = {}): ClientSessionView =>
  clientSessionSchema.parse({
    id,
    key: null,
    address: '127.0.0.1',
    user_agent: 'node',
    first_seen_at: at(firstSeen),
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
  const order = (...sessions: readonly ClientSessionView[]) => sortSessions(sessions).map(({ id }) => id);

  it('are listed by who came first', () =>
    assert.deepEqual(order(aSession('new', -1000), aSession('old', -9000), aSession('b', -5000), aSession('a', -5000)), [
      'old',
      'a',
      'b',
      'new',
    ]));

  it('keep their places while requests come and go', () => {
    const before = order(aSession('a', -9000, { running: 2, lastSeen: -10 }), aSession('b', -5000, { lastSeen: -4000 }));
    const after = order(aSession('a', -9000, { lastSeen: -10 }), aSession('b', -5000, { running: 3 }));
    assert.deepEqual(
      [before, after],
      [
        ['a', 'b'],
        ['a', 'b'],
      ],
    );
  });

  it('tell the program alone', () => {
    assert.equal(programOf('claude-cli/2.1.330 (external, cli)'), 'claude-cli/2.1.330');
    assert.equal(programOf('python-httpx/0.28'), 'python-httpx/0.28');
    assert.equal(programOf(''), 'unknown program');
  });
});

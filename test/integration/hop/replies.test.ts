/** Every reply of the table, from the socket to the verdict. */
import assert from 'node:assert/strict';
import { type Judging, judgeAttempt, type Verdict } from '../../../src/core/judge-attempt.ts';
import type { ReplyFacts } from '../../../src/core/reply-facts.ts';
import { HOUR, NOW } from '../../support/builders.ts';
import { type HopWorld, hopWorld } from '../../support/hop-world.ts';
import { type ScriptedUpstream, scriptedUpstream } from '../../support/scripted-upstream.ts';
import { replies } from './replies.table.ts';
import type { WireReply } from './wire-replies.ts';

const ROWS = [1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];

describe('a reply means', () => {
  let upstream: ScriptedUpstream;
  let world: HopWorld;
  let next: WireReply;
  before(async () => {
    upstream = await scriptedUpstream((socket) => socket.write(onTheWire(next)));
    world = await hopWorld({ baseUrl: upstream.url });
  });
  after(async () => {
    await world.close();
    await upstream.close();
  });

  async function factsOf(reply: WireReply): Promise<ReplyFacts> {
    next = reply;
    await fetch(`${world.url}/v1/messages`, { method: 'POST', body: '{}', redirect: 'manual' }).then((answer) => answer.text());
    const result = world.results.at(-1);
    assert.equal(result?.kind, 'reply');
    if (result?.kind !== 'reply') throw new Error('no reply');
    return result.reply.facts;
  }

  for (const [what, reply, beside, verdict] of replies) {
    it(`${what} → ${verdict}`, async () => {
      const facts = await factsOf(reply);
      assert.equal(brief(judgeAttempt({ kind: 'reply', reply: facts }, { ...standard, ...beside })), verdict);
    });
  }

  it('something for every row that judges a reply, in at least eighty ways', () => {
    const rows = new Set(replies.map(([, , , verdict]) => Number(verdict.split(' ')[0])));
    assert.deepEqual(
      [...rows].toSorted((a, b) => a - b),
      ROWS,
    );
    assert.ok(replies.length >= 80);
  });
});

const standard: Judging = {
  now: NOW,
  kind: 'oauth',
  knownPath: true,
  isMessages: true,
  family: 'opus',
  mayRenew: false,
  isLoginOver: false,
  struckBefore: false,
  unexplainedBefore: 0,
  rules: { defaultCooldownMs: HOUR, allowOverage: false },
};

const onTheWire = ({ status, headers = {}, body }: WireReply): string => {
  const fields = Object.entries({ ...headers, 'content-length': String(Buffer.byteLength(body)) });
  return `HTTP/1.1 ${status} Status\r\n${fields.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`;
};

/** `row next mark…` in one line. */
function brief({ row, next, mark }: Verdict): string {
  const until = 'until' in mark ? `+${Math.round((mark.until - NOW) / 1000)}s` : '';
  const cause = 'cause' in mark ? mark.cause : '';
  const family = mark.kind === 'family_bench' ? mark.family : '';
  const reason = mark.kind === 'condemned' ? mark.reason : '';
  return [row, next, mark.kind, cause, family, reason, until].filter((part) => part !== '').join(' ');
}

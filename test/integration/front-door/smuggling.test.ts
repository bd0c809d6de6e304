/** Thousands of requests with two framings: whatever becomes of each, the upstream never gets a request that nobody sent. */
import assert from 'node:assert/strict';
import { openRaw } from '../../support/raw-client.ts';
import { type ScriptedWorld, scriptedWorld } from '../../support/scripted-world.ts';
import { corpus, type SmugglingCase } from '../../support/smuggling-corpus.ts';

/** Connections at once. */
const WIDTH = 24;
/** A request without a key, which ends the connection; and more than any of the lengths asks for, so that every request has an end. */
const LAST = `GET /v1/last HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n${'x'.repeat(5000)}\r\n\r\n`;

type Outcome = 'refused' | 'served';

describe('request smuggling', function () {
  this.timeout(120_000);
  let scripted: ScriptedWorld;
  before(async () => {
    scripted = await scriptedWorld();
  });
  after(() => scripted.stop());

  /** Sends the bytes and what ends the connection, and returns all that is answered. */
  async function answerTo({ framing, body }: SmugglingCase, target: string): Promise<string> {
    const { world } = scripted;
    const head = [`POST ${target} HTTP/1.1`, 'Host: localhost', `X-Api-Key: ${world.key}`, ...framing];
    const connection = await openRaw(world.app.url);
    connection.send(Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}${LAST}`, 'latin1'));
    return (await connection.closed).text;
  }

  /** Refused and closed; or one well-framed request upstream, and behind it nothing but refusals. */
  function judge(one: SmugglingCase, target: string, text: string): Outcome {
    const where = `${one.what}: ${text}`;
    const statuses = [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
    const seen = scripted.upstream.seen.filter((request) => request.target === target);
    assert.ok(seen.length <= 1, where);
    const [request] = seen;
    if (request) {
      assert.deepEqual([request.method, request.all('transfer-encoding')], ['POST', []], where);
      assert.deepEqual(request.all('content-length'), [String(request.body.length)], where);
    }
    const refusals = request && statuses[0] === 200 ? statuses.slice(1) : statuses;
    assert.ok(refusals.length > 0 && refusals.every((status) => status >= 400 && status < 500), where);
    assert.match(text, /^connection: close\r$/im, where);
    return request ? 'served' : 'refused';
  }

  async function tryAll(set: keyof typeof corpus): Promise<Readonly<Record<Outcome, number>>> {
    const outcomes = { refused: 0, served: 0 };
    const waiting = [...corpus[set].entries()];
    const worker = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const [index, one] = next;
        const target = `/v1/messages?case=${set}-${index}`;
        outcomes[judge(one, target, await answerTo(one, target))] += 1;
      }
    };
    await Promise.all(Array.from({ length: WIDTH }, worker));
    assert.ok(scripted.upstream.seen.every(({ target }) => target.startsWith('/v1/messages?case=')));
    return outcomes;
  }

  it('is tried in more than 1,700 ways, each with two framings', () => {
    assert.ok(corpus.clTe.length > 1700 && corpus.teCl.length === corpus.clTe.length);
    assert.equal(new Set([...corpus.clTe, ...corpus.teCl].map(({ what }) => what)).size, 2 * corpus.clTe.length);
  });

  for (const [set, what] of [
    ['clTe', 'by an encoding beside a length that covers all'],
    ['teCl', 'by an encoding beside a length that covers little'],
    ['lengths', 'by lengths that can be read in two ways'],
  ] as const) {
    it(`never succeeds ${what}`, async () => {
      const { refused, served } = await tryAll(set);

      assert.equal(refused + served, corpus[set].length);
      assert.ok(refused > 100 && served > 10, `${refused} refused, ${served} served: both are tried`);
    });
  }
});

/**
 * Every reply of the table through the whole product: what it does to the account and to the request, with a sibling that is well.
 * The table itself is that of the hop, where the same replies are judged one by one.
 */
import assert from 'node:assert/strict';
import { HOUR, MINUTE, NOW } from '../../support/builders.ts';
import { aMessage, startWorld, type World } from '../../support/start-app.ts';
import { replies } from '../hop/replies.table.ts';
import type { Entry } from '../hop/wire-replies.ts';

/** What the table says, taken apart. */
interface Verdict {
  readonly row: number;
  readonly next: string;
  readonly mark: string;
  readonly family: string | undefined;
  readonly seconds: number | undefined;
}

function verdictOf(text: string): Verdict {
  const [row, next = '', mark = '', ...details] = text.split(' ');
  const seconds = details.find((detail) => /^\+\d+s$/.test(detail));
  const family = mark === 'family_bench' ? details[0] : undefined;
  return {
    row: Number(row),
    next,
    mark,
    family,
    seconds: seconds === undefined ? undefined : Number.parseInt(seconds.slice(1), 10),
  };
}

/** What the client gets, and how often each account was asked. `status`: as the upstream sent it. */
function outcomeOf({ next }: Verdict, status: number, isRenewed: boolean): { client: number; one: number; two: number } {
  switch (next) {
    case 'relay':
      return { client: status, one: 1, two: 0 };
    case 'renew':
    case 'retry_same':
      return { client: 200, one: 2, two: 0 };
    case 'refuse_redirect':
      return { client: 502, one: 1, two: 0 };
    case 'other_kind':
      return { client: 403, one: 1, two: 0 };
    default:
      return { client: 200, one: isRenewed ? 2 : 1, two: 1 };
  }
}

const STATES: Readonly<Record<string, string>> = {
  quota_rejected: 'rate_limited',
  throttled: 'rate_limited',
  condemned: 'invalid',
};
/** A 429 without a reason is confirmed for so long by a sibling that serves the request. */
const CONFIRMED_S = HOUR / 1000;

describe('through the whole product', function () {
  this.timeout(30_000);
  let world: World;
  let clock: number;
  let one: string;
  afterEach(() => world.stop());

  const begin = async ({ kind, rules }: Entry[2]) => {
    clock = NOW;
    const allowOverage = rules?.allowOverage ?? false;
    world = await startWorld({ now: () => clock, config: { accounts: { allowOverage }, balancer: { policy: 'priority' } } });
    one = kind === 'api_key' ? await addKeyAccount('one') : await world.addAccount('one');
    const two = kind === 'api_key' ? await addKeyAccount('two') : await world.addAccount('two');
    await world.admin('PATCH', `/api/accounts/${two}`, { priority: 1 });
  };
  const addKeyAccount = async (name: string): Promise<string> => {
    world.simulator.addAccount({ name });
    const api_key = world.simulator.issueApiKey(name);
    return (await world.admin('POST', '/api/accounts', { name, kind: 'api_key', api_key })).body.account.id;
  };
  const ask = async ([, , { family, knownPath, isMessages }]: Entry, isStream: boolean) => {
    const path = knownPath === false ? '/v1/novelties' : isMessages === false ? '/v1/messages/count_tokens' : '/v1/messages';
    const { model: _model, ...nameless } = aMessage;
    const body = family === null ? nameless : { ...aMessage, model: `claude-${family ?? 'opus'}-5`, stream: isStream };
    const reply = await world.ask({ path, body });
    await reply.text();
    return reply;
  };
  /** The account was refused before, and has waited since: so often. */
  const prepare = async (entry: Entry, isStream: boolean, [times, restMs]: readonly [number, number]) => {
    for (let before = 0; before < times; before += 1) {
      await ask([entry[0], entry[1], { ...entry[2], isMessages: true }, entry[3]], isStream);
      clock += restMs;
    }
  };
  const historyOf = ({ unexplainedBefore, struckBefore }: Entry[2]): readonly [number, number] =>
    unexplainedBefore === undefined ? [struckBefore ? 1 : 0, 6 * MINUTE] : [unexplainedBefore, 7 * 24 * HOUR];

  const expectedOf = ([, { status }, beside, text]: Entry) => {
    const verdict = verdictOf(text);
    // A refused OAuth token is renewed first, where that was not just done.
    const isRenewed = verdict.row === 5 && beside.kind !== 'api_key' && !beside.isLoginOver && verdict.next !== 'relay';
    return {
      ...outcomeOf(verdict, status, isRenewed),
      // The far end does not know any more whose token that was.
      ...(beside.isLoginOver ? { one: 0 } : {}),
      // Without a model the sibling has nothing to say either.
      ...(beside.family === null ? { client: 400 } : {}),
    };
  };
  const checkMark = async ({ row, mark, family, seconds = 0 }: Verdict, isLoginOver: boolean): Promise<void> => {
    const account = await world.statusOf(one);
    const state = isLoginOver ? 'invalid' : (STATES[mark] ?? 'active');
    assert.equal(account.status, state);
    const benches = (account.model_benches as { family: string }[]).map((bench) => bench.family);
    assert.deepEqual(benches, family === undefined ? [] : [family]);
    if (state !== 'rate_limited') return;
    const left = Math.round((Date.parse(account.rate_limited_until) - clock) / 1000);
    assert.equal(left, row === 11 ? Math.max(CONFIRMED_S, seconds) : seconds);
  };

  for (const entry of replies) {
    const [what, { status, headers = {}, body }, beside, text] = entry;
    it(`${what} → ${text}`, async () => {
      const verdict = verdictOf(text);
      const isStream = `${headers['content-type']}`.startsWith('text/event-stream');
      await begin(beside);
      const isOnce = verdict.next === 'renew' || verdict.next === 'retry_same';
      const action = { kind: 'status', status, headers, body } as const;
      if (beside.isLoginOver) world.simulator.revoke('one');
      else world.simulator.fault('one', { action, times: isOnce ? 1 : null, path: '/v1/' });
      await prepare(entry, isStream, historyOf(beside));
      world.simulator.books.clear();

      const reply = await ask(entry, isStream);
      const asked = (name: string) => world.simulator.books.requests(name).length;
      assert.deepEqual({ client: reply.status, one: asked('one'), two: asked('two') }, expectedOf(entry));
      const why = (await world.admin('GET', `/api/requests/${reply.headers.get('x-headgate-request-id')}/why`)).body;
      assert.equal(why.attempts[0].row, verdict.row);
      await checkMark(verdict, beside.isLoginOver ?? false);
    });
  }
});

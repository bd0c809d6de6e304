/** `GET /api/logs`: what it shows, and how one waits for more. */
import assert from 'node:assert/strict';
import type { LoggedLine } from '../../../src/observability/log-history.ts';
import { type AdminWorld, adminWorld } from '../../support/admin-world.ts';

const line = (message: string, over: Partial<LoggedLine> = {}): LoggedLine => ({
  at: '2026-11-24T12:00:00.000Z',
  level: 'info',
  message,
  fields: {},
  ...over,
});
const request = (account: string, status: number, attempts: readonly string[] = []) =>
  line('request', { fields: { account, status, attempts } });

describe('GET /api/logs', () => {
  let world: AdminWorld;
  beforeEach(async () => {
    world = await adminWorld();
  });
  afterEach(() => world.close());

  const write = (...lines: readonly LoggedLine[]) => {
    for (const { at, level, message, fields } of lines)
      world.logHistory.append({ timestamp: at, level, message, ...fields }, 100);
  };
  const read = async (query: string) => {
    const { status, body } = await world.call('GET', `/api/logs?${query}`);
    assert.equal(status, 200);
    return body as { data: { message: string; fields: { status?: number } }[]; next: string; missed: number };
  };
  const messages = async (query: string) => (await read(query)).data.map(({ message }) => message);

  it('gives the newest lines, the oldest of them first', async () => {
    write(line('one'), line('two'), line('three'));
    assert.deepEqual(await messages('limit=2'), ['two', 'three']);
  });

  it('goes on where an earlier reply ended', async () => {
    write(line('one'));
    const { next } = await read('');
    write(line('two'), line('three'), line('four'));
    const page = await read(`after=${next}&limit=2`);
    assert.deepEqual([page.data.map(({ message }) => message), page.missed], [['two', 'three'], 0]);
    assert.deepEqual(await messages(`after=${page.next}`), ['four']);
  });

  it('says how many lines are not kept any more', async () => {
    const { next } = await read('');
    write(...Array.from({ length: 2010 }, (_, index) => line(`line ${index}`)));
    const { data, missed } = await read(`after=${next}&limit=1`);
    assert.deepEqual([data[0]?.message, missed], ['line 10', 10]);
  });

  it('begins at the beginning for a place in the log of another process', async () => {
    write(line('one'), line('two'));
    assert.deepEqual(await messages('after=another-700'), ['one', 'two']);
  });

  it('narrows to what went wrong', async () => {
    write(
      line('fine'),
      line('careful', { level: 'warn' }),
      line('broken', { level: 'error' }),
      request('a', 200),
      request('a', 429),
    );
    const { data } = await read('errors=true');
    assert.deepEqual(
      data.map(({ message, fields }) => fields.status ?? message),
      ['careful', 'broken', 429],
    );
  });

  it('narrows to requests', async () => {
    write(line('account'), request('a', 200));
    assert.deepEqual(await messages('requests=true'), ['request']);
  });

  it('narrows to an account: its own lines, and requests that were tried on it', async () => {
    write(
      line('account', { fields: { account: 'work' } }),
      line('account', { fields: { account: 'work two' } }),
      request('other', 200, ['work rotation row 6 429 12 ms', 'other rotation row 1 200 9 ms']),
      request('work two', 200, ['work two rotation row 1 200 9 ms']),
    );
    const { data } = await read('account=work');
    assert.deepEqual(
      data.map(({ message, fields }) => [message, fields]),
      [
        ['account', { account: 'work' }],
        [
          'request',
          { account: 'other', status: 200, attempts: ['work rotation row 6 429 12 ms', 'other rotation row 1 200 9 ms'] },
        ],
      ],
    );
  });

  it('holds the reply until a line comes that fits', async () => {
    const { next } = await read('');
    const waiting = read(`after=${next}&wait=30&errors=true`);
    // Both are further turns of the event loop away than the request's arrival needs; when it comes late, it finds them written.
    write(line('fine'));
    write(line('broken', { level: 'error' }));
    assert.deepEqual(
      (await waiting).data.map(({ message }) => message),
      ['broken'],
    );
  });

  it('answers with nothing when the wait is over', async () => {
    const { next } = await read('');
    const page = await read(`after=${next}&wait=1`);
    assert.deepEqual([page.data, page.next], [[], next]);
  });

  for (const query of ['limit=0', 'limit=1001', 'limit=x', 'wait=31', 'errors=yes', 'colour=red', 'after='])
    it(`refuses ?${query}`, async () => assert.equal((await world.call('GET', `/api/logs?${query}`)).status, 400));
});

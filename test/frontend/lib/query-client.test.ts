import assert from 'node:assert/strict';
import { ApiError } from '../../../frontend/src/lib/api-error.ts';
import { createQueryClient, isWorthRepeating } from '../../../frontend/src/lib/query-client.ts';

const refused = (status: number) => new ApiError({ kind: 'refused', message: 'no', status });

describe('the query client of the dashboard', () => {
  it('repeats only what may be different next time, and that twice', () => {
    const unreachable = new ApiError({ kind: 'unreachable', message: 'no answer' });
    assert.equal(isWorthRepeating(0, unreachable), true);
    assert.equal(isWorthRepeating(0, refused(503)), true);
    assert.equal(isWorthRepeating(2, unreachable), false);
    for (const error of [refused(400), refused(401), refused(404), refused(429), new Error('a bug')])
      assert.equal(isWorthRepeating(0, error), false);
  });

  it('tells of a lost session whoever asked', async () => {
    let times = 0;
    const client = createQueryClient(() => {
      times += 1;
    });
    const fail = (status: number) => () => Promise.reject(refused(status));
    await client.fetchQuery({ queryKey: ['a'], queryFn: fail(401) }).catch(() => undefined);
    await client.fetchQuery({ queryKey: ['b'], queryFn: fail(403) }).catch(() => undefined);
    const mutation = client.getMutationCache().build(client, { mutationFn: fail(401) });
    await mutation.execute(undefined).catch(() => undefined);
    assert.equal(times, 2);
    client.clear();
  });
});

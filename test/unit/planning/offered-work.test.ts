import assert from 'node:assert/strict';
import { MINUTE, NOW } from '../../support/builders.ts';
import { aRequest, workOf } from './planning-builders.ts';

const turnOf = (minute: number, promptTokens: number) =>
  aRequest({ at: NOW + minute * MINUTE, conversation: 'a', promptTokens, outputTokens: 0 });

describe('offered work', () => {
  it('counts what a single account without limits would spend', () => {
    assert.equal(workOf(turnOf(0, 40_000), turnOf(1, 44_000)).cost, 50_000 + 4000 + 5000);
  });

  it('takes a prompt that has become shorter for another text', () => {
    const { requests } = workOf(turnOf(0, 90_000), turnOf(1, 30_000), turnOf(2, 35_000));
    assert.deepEqual(
      requests.map(({ ideal }) => ideal.readTokens),
      [0, 12_000, 30_000],
    );
  });
});

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { scanBody } from '../../../src/gateway/scan-body.ts';
import { cutInto } from '../../support/cuts.ts';

const scan = (text: string | Buffer, wantUserId = false, cuts: readonly number[] = []) => {
  const bytes = Buffer.from(text);
  return scanBody({ chunks: cutInto(bytes, cuts), byteLength: bytes.length }, wantUserId);
};

describe('looking into a body', () => {
  it('finds the model and the user id that a parser finds, however the body is written and cut', () => {
    const value = fc.jsonValue({ maxDepth: 3 });
    const body = fc
      .tuple(
        fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('model', 'metadata', 'stream')), value),
        fc.option(fc.string()),
        fc.option(fc.string()),
      )
      .map(([rest, model, userId]) => ({
        ...rest,
        ...(model === null ? {} : { model }),
        ...(userId === null ? {} : { metadata: { user_id: userId } }),
      }));
    fc.assert(
      fc.property(
        body,
        fc.constantFrom(undefined, 1, '\t', '\r\n '),
        fc.array(fc.nat(400), { maxLength: 10 }),
        (object, space, cuts) => {
          const text = JSON.stringify(object, null, space);
          const parsed = JSON.parse(text) as { model?: unknown; metadata?: { user_id?: unknown } | null };
          const userId = parsed.metadata?.user_id;
          assert.deepEqual(scan(text, true, cuts), {
            model: typeof parsed.model === 'string' ? parsed.model : null,
            userId: typeof userId === 'string' ? userId : null,
          });
        },
      ),
      { numRuns: 500 },
    );
  });

  it('finds the same at every possible cut', () => {
    const text =
      '{"a":"\\\\\\"model\\":\\\\","b":[{"model":"decoy"},"]}"],"n":-1.5e3,"mod\\u0065l":"mo\\"d\\u00e9l","metadata":{"user_id":"ü\\\\"}}';
    for (let cut = 0; cut <= Buffer.byteLength(text); cut += 1) {
      assert.deepEqual(scan(text, true, [cut]), { model: 'mo"dél', userId: 'ü\\' }, `cut at ${cut}`);
    }
  });

  it('is not fooled by the same key further inside or inside a text', () => {
    assert.equal(scan('{"tools":[{"model":"decoy"}],"system":"{\\"model\\":\\"decoy\\"}","model":"real"}').model, 'real');
    assert.equal(scan('{"metadata":{"inner":{"user_id":"decoy"}},"user_id":"decoy"}', true).userId, null);
    assert.equal(scan('[{"model":"decoy"}]').model, null);
  });

  it('takes the first of two models: the price of stopping early', () => {
    assert.equal(scan('{"model":"first","model":"second"}').model, 'first');
  });

  it('reads no further than the model when nothing else is wanted', () => {
    const rest = { chunks: [Buffer.from('{"model":"m",')], byteLength: 13 };
    Object.defineProperty(rest.chunks, '1', {
      get: () => assert.fail('looked further'),
      enumerable: true,
    });
    assert.equal(scanBody(rest, false).model, 'm');
  });

  it('finds nothing in what is no object, and never throws', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.uint8Array().map((bytes) => Buffer.from(bytes)),
        ),
        fc.boolean(),
        (junk, wantUserId) => {
          scan(junk, wantUserId, [1, 2, 3]);
        },
      ),
      { numRuns: 500 },
    );
    assert.deepEqual(
      [
        '',
        '{',
        '{"model"',
        '{"model":',
        '{"model":"m',
        '{"model":7}',
        '{"model":{"a":1}}',
        '{model:"m"}',
        '{,"model":"m"}',
        '\u001f\u008b',
        '"model"',
      ].map((junk) => scan(junk).model),
      Array.from({ length: 11 }, () => null),
    );
  });

  it('does not take a model of many kilobytes for one', () => {
    assert.equal(scan(`{"model":"${'x'.repeat(5000)}"}`).model, null);
  });

  it('looks no further than two megabytes', () => {
    const far = `{"messages":"${'x'.repeat(2 * 1024 * 1024)}","model":"m"}`;
    assert.equal(scan(far, false, [1_000_000, 2_000_000]).model, null);
    assert.equal(scan(far.slice(0, 13) + far.slice(200), false, [1_000_000]).model, 'm');
  });
});

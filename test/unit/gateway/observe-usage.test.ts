import assert from 'node:assert/strict';
import fc from 'fast-check';
import { observeJson, observeStream, type UsageObserver } from '../../../src/gateway/observe-usage.ts';
import { cutInto } from '../../support/cuts.ts';

const event = (name: string, data: object, end = '\n'): string =>
  `event: ${name}${end}data: ${JSON.stringify({ type: name, ...data })}${end}${end}`;
const stream = (end: string): string =>
  [
    event(
      'message_start',
      { message: { id: 'msg', usage: { input_tokens: 12, cache_read_input_tokens: 3, output_tokens: 1 } } },
      end,
    ),
    event('content_block_delta', { delta: { text: 'he said "message_delta" and {"usage":{"output_tokens":999}} – ü' } }, end),
    event('ping', {}, end),
    event('message_delta', { usage: { output_tokens: 5 } }, end),
    event(
      'message_delta',
      { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 42, cache_creation_input_tokens: 8 } },
      end,
    ),
    event('message_stop', {}, end),
  ].join('');
const EXPECTED = { inputTokens: 12, outputTokens: 42, cacheReadTokens: 3, cacheCreationTokens: 8 };

function seen(observer: UsageObserver, pieces: readonly Buffer[]) {
  for (const piece of pieces) observer.see(piece);
  return observer.usage();
}

describe('usage in passing: streams', () => {
  for (const [name, end] of [
    ['LF', '\n'],
    ['CRLF', '\r\n'],
  ] as const) {
    it(`is the same at every possible cut (${name})`, () => {
      const bytes = Buffer.from(stream(end));
      for (let cut = 0; cut <= bytes.length; cut += 1) {
        assert.deepEqual(seen(observeStream(), cutInto(bytes, [cut])), EXPECTED, `cut at ${cut}`);
      }
    });
  }

  it('is the same however many cuts there are', () => {
    const bytes = Buffer.from(stream('\n'));
    const cuts = fc.array(fc.nat(bytes.length), { maxLength: 200 });
    fc.assert(fc.property(cuts, (positions) => assert.deepEqual(seen(observeStream(), cutInto(bytes, positions)), EXPECTED)));
    const single = Array.from(bytes, (_byte, index) => bytes.subarray(index, index + 1));
    assert.deepEqual(seen(observeStream(), single), EXPECTED);
  });

  it('counts what was said before a stream breaks off', () => {
    const [start = ''] = stream('\n').split('event: ping');
    assert.deepEqual(seen(observeStream(), [Buffer.from(start)]), { ...EXPECTED, outputTokens: 1, cacheCreationTokens: 0 });
  });

  it('is not fooled by content that quotes an event', () => {
    const quoted = event('content_block_delta', { delta: { text: stream('\n') } });
    assert.equal(seen(observeStream(), [Buffer.from(quoted)]), null);
  });

  it('finds its way back behind a line of a megabyte, however it is cut', () => {
    const long = Buffer.from(`data: ${'x'.repeat(1024 * 1024)}\n${stream('\n')}`);
    fc.assert(
      fc.property(fc.array(fc.nat(long.length), { maxLength: 60 }), (cuts) => {
        assert.deepEqual(seen(observeStream(), cutInto(long, cuts)), EXPECTED);
      }),
      { numRuns: 20 },
    );
  });

  it('knows from the last event on, and not before, that a message is finished, however it is cut', () => {
    const [begun = '', last = ''] = [
      stream('\n').split('event: message_stop')[0],
      'event: message_stop\ndata: {"type":"message_stop"}',
    ];
    const quoting = event('content_block_delta', { delta: { text: stream('\n') } });
    const isUnfinished = (text: string, cut: number) => {
      const observer = observeStream();
      seen(observer, cutInto(Buffer.from(text), [cut]));
      return observer.isUnfinished();
    };
    for (let cut = 0; cut <= begun.length + last.length; cut += 1) {
      assert.equal(isUnfinished(begun + last, cut), false, `cut at ${cut}`);
      assert.equal(isUnfinished(begun + quoting, cut), true, `cut at ${cut}`);
    }
  });

  it('never throws, whatever the bytes', () => {
    const words = fc.constantFrom(
      'data:',
      '"message_start"',
      '"message_delta"',
      '{',
      '}',
      '\n',
      '\r',
      'null',
      '"usage":',
      '[1]',
      ':',
      'event: ',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(words, fc.string())), (pieces) => {
        seen(
          observeStream(),
          pieces.map((piece) => Buffer.from(piece)),
        );
      }),
      { numRuns: 500 },
    );
  });
});

describe('usage in passing: JSON', () => {
  const reply = {
    id: 'msg',
    content: [
      { type: 'tool_use', input: { usage: { input_tokens: 999 } } },
      { type: 'text', text: '"usage":{"input_tokens":998}' },
    ],
    usage: { input_tokens: 12, output_tokens: 42, cache_read_input_tokens: 3, cache_creation_input_tokens: 8 },
  };

  it('is the same at every possible cut, and not fooled by content', () => {
    const bytes = Buffer.from(JSON.stringify(reply));
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      assert.deepEqual(seen(observeJson(), cutInto(bytes, [cut])), EXPECTED, `cut at ${cut}`);
    }
  });

  it('is found behind megabytes of content', () => {
    const bytes = Buffer.from(JSON.stringify({ text: 'x'.repeat(3 * 1024 * 1024), ...reply }));
    assert.deepEqual(seen(observeJson(), cutInto(bytes, [1_000_000, 2_000_000])), EXPECTED);
  });

  it('is none where nothing is said about tokens, and never throws', () => {
    assert.equal(seen(observeJson(), [Buffer.from('{"input_tokens":3}')]), null);
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void seen(observeJson(), [Buffer.from(bytes)])));
  });
});

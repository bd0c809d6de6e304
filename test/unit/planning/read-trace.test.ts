import assert from 'node:assert/strict';
import { readTrace } from '../../../src/planning/read-trace.ts';
import { NOW } from '../../support/builders.ts';

const line = (over: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({ at: NOW, model: 'claude-opus-4-5', prompt_tokens: 10, output_tokens: 1, ...over });

describe('a recorded trace', () => {
  it('is read line by line and put in order', () => {
    const text = `${line({ at: NOW + 5, conversation: 'a', turn: 't', duration_ms: 9 })}\n\n${line()}\n`;
    const plain = { model: 'claude-opus-4-5', promptTokens: 10, outputTokens: 1 };
    assert.deepEqual(readTrace(text), {
      kind: 'trace',
      trace: {
        startsAt: NOW,
        endsAt: NOW + 6,
        requests: [
          { ...plain, at: NOW, durationMs: 0, conversation: null, turn: null },
          { ...plain, at: NOW + 5, durationMs: 9, conversation: 'a', turn: 't' },
        ],
      },
    });
  });

  it('takes instants as texts, too', () => {
    const reading = readTrace(`${line({ at: '2026-11-24T12:00:00Z' })}\n${line({ at: NOW + 1 })}`);
    assert.equal(reading.kind === 'trace' && reading.trace.startsAt, NOW);
  });

  for (const [what, text, message] of [
    ['what is no JSON', 'nothing', 'line 1: is no JSON object'],
    ['a list', '[]', 'line 1: is no JSON object'],
    ['an instant in words', line({ at: 'noon' }), 'line 1: "at" must be an instant: an RFC 3339 text or milliseconds since 1970'],
    ['a missing model', line({ model: undefined }), 'line 1: "model" must be a text'],
    ['a prompt below nothing', line({ prompt_tokens: -1 }), 'line 1: "prompt_tokens" must be a number, cached tokens included'],
    ['an output in words', line({ output_tokens: 'few' }), 'line 1: "output_tokens" must be a number'],
    ['a duration in words', line({ duration_ms: '1s' }), 'line 1: "duration_ms" must be a number of milliseconds, or missing'],
    ['a numbered conversation', line({ conversation: 4 }), 'line 1: "conversation" must be a text, null or missing'],
    ['a numbered turn', line({ turn: 4 }), 'line 1: "turn" must be a text, null or missing'],
    ['a later line', `${line()}\nnothing`, 'line 2: is no JSON object'],
    ['an empty file', '\n', 'there is no request in it'],
    ['a single instant', `${line()}\n${line()}`, 'all requests have the same instant'],
  ] as const)
    it(`refuses ${what}`, () => assert.deepEqual(readTrace(text), { kind: 'fault', message }));
});

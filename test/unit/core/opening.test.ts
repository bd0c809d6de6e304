import assert from 'node:assert/strict';
import fc from 'fast-check';
import { openingOf } from '../../../src/core/opening.ts';

const user = (content: unknown) => ({ role: 'user', content });
const text = (body: object) => openingOf(JSON.stringify(body));

describe('the opening of a conversation', () => {
  it('is the first message, wherever the messages stand', () => {
    const expected = JSON.stringify(user('Hello'));
    assert.equal(text({ model: 'm', messages: [user('Hello'), user('More')] }), expected);
    assert.equal(
      text({ system: [{ text: 'a "messages": [ in a text' }], tools: [{ messages: [1] }], messages: [user('Hello')] }),
      expected,
    );
  });

  it('stays the same as the conversation goes on', () => {
    const messages = fc.array(fc.string(), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(messages, fc.string(), (contents, system) => {
        const long = text({ system, messages: contents.map(user) });
        assert.equal(long, text({ system: 'another', messages: [user(contents[0])] }));
        assert.notEqual(long, null);
      }),
    );
  });

  it('does not depend on where the cache marks stand', () => {
    const block = (over: object) => user([{ type: 'text', text: 'Hello', ...over }]);
    const marked = text({ messages: [block({ cache_control: { type: 'ephemeral', ttl: '1h' } })] });
    assert.equal(marked, text({ messages: [block({})] }));
    const spaced = (mark: string) => openingOf(`{"messages":[{"role":"user","content":[{"text":"Hello"${mark}}]}]}`);
    assert.equal(spaced(',\n  "cache_control" : { "type": "ephemeral" }'), spaced(''));
  });

  it('is known by its beginning when it is very long', () => {
    const long = 'x'.repeat(100_000);
    assert.equal(text({ messages: [user(`${long}a`)] }), text({ messages: [user(`${long}b`), user('more')] }));
    assert.notEqual(text({ messages: [user(long)] }), text({ messages: [user(`y${long}`)] }));
  });

  it('is none where there are no messages, whatever the text', () => {
    for (const body of ['', '[]', '{}', '{"messages":{}}', '{"messages":[]}', '{"messages"', '{"a":"b', '{"messages":["x"]}'])
      assert.equal(openingOf(body), null, body);
    fc.assert(fc.property(fc.string(), (any) => openingOf(any) === null || any.includes('messages')));
  });
});

/** Whatever a field holds, a log line is one line, of bounded length, and cannot be taken for another. */
import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import fc from 'fast-check';
import { createLogger, type LoggerOptions } from '../../../src/observability/logger.ts';

type Format = LoggerOptions['format'];
const FORMATS: readonly Format[] = ['text', 'json'];

async function written(format: Format, message: string, fields: Record<string, unknown>): Promise<string> {
  let text = '';
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      done();
    },
  });
  const log = createLogger({ level: 'debug', format, stream });
  log.info(message, fields);
  await log.flush();
  return text;
}

const lineOf = async (...asked: Parameters<typeof written>): Promise<string> => {
  const text = await written(...asked);
  assert.ok(text.endsWith('\n'));
  return text.slice(0, -1);
};

describe('a log line', () => {
  for (const format of FORMATS) {
    for (const [what, text] of [
      ['a line break', 'a\nb'],
      ['both line breaks', 'a\r\nb'],
      ['the line separator', 'a\u2028b'],
      ['a colour of the terminal', '\u001b[31mred'],
      ['a control character of one byte', 'a\u009bb'],
      ['a change of the direction of writing', 'a\u202eb'],
      ['an isolated direction', 'a\u2066b'],
      ['an invisible space', 'a\u200bb'],
      ['half a character', 'a\ud800b'],
      ['a zero byte', 'a\0b'],
    ] as const) {
      it(`in ${format} shows ${what} instead of obeying it`, async () => {
        const line = await lineOf(format, text, { model: text, [text]: { inner: text } });
        assert.doesNotMatch(line, /[^\P{C}]|[\u2028\u2029]/u);
      });
    }

    it(`in ${format} is one line of at most 8,192 characters, whatever it holds`, () =>
      fc.assert(
        fc.asyncProperty(fc.string({ unit: 'binary' }), fc.jsonValue(), async (message, value) => {
          const line = await lineOf(format, message, { value });
          assert.doesNotMatch(line, /[\p{Cc}\p{Cf}\u2028\u2029]/u);
          assert.ok(line.length <= 8192);
        }),
      ));

    it(`in ${format} is cut where a field is a megabyte, or where there are a thousand of them`, async () => {
      const many = Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`field${n}`, '"\\\n'.repeat(40)]));
      for (const fields of [{ model: 'x'.repeat(1024 * 1024) }, many]) {
        const line = await lineOf(format, 'request', fields);
        assert.ok(line.length <= 8192, String(line.length));
        assert.match(line, /request/);
      }
    });
  }

  it('in json stays a document when it is cut', async () => {
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`field${n}`, '"\\\n'.repeat(40)]));
    const { message, level, cut } = JSON.parse(await lineOf('json', '\n'.repeat(5000), many)) as Record<string, string>;
    assert.equal(level, 'info');
    assert.match(message ?? '', /^\n+$/);
    assert.match(cut ?? '', /field0/);
  });

  it('in text tells a value that looks like further fields from them', async () => {
    const line = await lineOf('text', 'request', { model: 'a status=200', status: 401, note: '', quoted: 'a"b' });
    assert.match(line, / model="a status=200" status=401 note="" quoted="a\\"b"$/);
  });

  it('evaluates nothing that looks like a template', async () => {
    const template = `\u0024{jndi:ldap://x}%s%o`;
    assert.ok((await lineOf('text', 'request', { model: template })).endsWith(` model=${template}`));
  });
});

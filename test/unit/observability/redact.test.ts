import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { inspect } from 'node:util';
import { createLogger, type LoggerOptions, type LogLevel } from '../../../src/observability/logger.ts';
import { redact } from '../../../src/observability/redact.ts';

const SECRET = 'hg_0123456789abcdefghij';

describe('redaction', () => {
  it('hides by the name of the field, however deep', () => {
    const hidden = redact({
      a: { refreshToken: 'x1', api_key: 'x2', authorization: 'x3', list: [{ state: 'x4' }], cookie: 'x5' },
    });
    assert.doesNotMatch(JSON.stringify(hidden), /x\d/);
  });

  it('hides by the shape of the text, whatever the field is called', () => {
    for (const text of [
      `key ${SECRET}`,
      'Bearer abc.def',
      'sk-ant-oat01-abcdefgh',
      'https://x/cb?code=abc&state=def',
      'hga_abcdefghij',
    ]) {
      const hidden = JSON.stringify(redact({ note: text }));
      assert.match(hidden, /\[secret\]/, text);
      assert.doesNotMatch(hidden, /abc|0123/, text);
    }
  });

  it('keeps figures and names', () => {
    assert.deepEqual(redact({ inputTokens: 5, apiKeyId: 'key_1', model: 'opus' }), {
      inputTokens: 5,
      apiKeyId: 'key_1',
      model: 'opus',
    });
  });

  it('keeps of an error of an HTTP client nothing of what was sent or received, however deep it hangs', () => {
    const hidden = 'made-up-and-hidden';
    const inner = Object.assign(new Error('socket hang up'), {
      code: 'ECONNRESET',
      config: { headers: { authorization: `Bearer ${hidden}` }, data: `refresh_token=${hidden}` },
      request: { body: hidden, path: `/?code=${hidden}` },
      response: { data: { access_token: hidden } },
      [Symbol('kHeaders')]: hidden,
      toJSON: () => ({ hidden }),
    });
    const error = new AggregateError([inner], 'all failed', { cause: new TypeError('fetch failed', { cause: inner }) });
    const kept = redact({ error, list: [inner], nested: { deeper: { error: inner } } });
    const said = JSON.stringify(kept) + inspect(kept, { depth: Infinity, showHidden: true });
    assert.ok(!said.includes(hidden), said);
    assert.match(said, /all failed[\s\S]*ECONNRESET/);
  });

  it('looks no further than 2,048 characters into a text, and keeps no more of it', () => {
    const kept = String(redact(`${SECRET} ${'x'.repeat(5000)}`));
    assert.match(kept, /^\[secret\] x+… \(\d+ characters\)$/);
    assert.ok(kept.length < 2100);
  });

  it('reduces errors to name, message and code, without a stack', () => {
    const error = Object.assign(new Error(`refused ${SECRET}`), { code: 'ECONNREFUSED' });
    assert.deepEqual(redact({ error }), { error: { name: 'Error', message: 'refused [secret]', code: 'ECONNREFUSED' } });
  });
});

describe('the log', () => {
  const lines = (format: LoggerOptions['format'], level: LogLevel = 'info') => {
    let text = '';
    const stream = new Writable({
      write(chunk: Buffer, _encoding, done) {
        text += chunk.toString();
        done();
      },
    });
    const log = createLogger({ level, format, stream });
    return { log, text: () => log.flush().then(() => text) };
  };

  it('is redacted before it reaches its stream, in both formats', async () => {
    for (const format of ['text', 'json'] as const) {
      const { log, text } = lines(format);
      log.info(`a key ${SECRET}`, { secret: 'quiet', note: SECRET });
      const written = await text();
      assert.doesNotMatch(written, /0123456789|quiet/);
      assert.match(written, /\[secret\]/);
    }
  });

  it('is redacted alike at every level', async () => {
    for (const level of ['error', 'warn', 'info', 'debug'] as const) {
      const { log, text } = lines('json', 'debug');
      log[level](`a key ${SECRET}`, { authorization: 'quiet', note: SECRET });
      const { message, authorization, note } = JSON.parse(await text()) as Record<string, string>;
      assert.deepEqual([message, authorization, note], ['a key [secret]', '[secret]', '[secret]'], level);
    }
  });

  it('writes one JSON document a line, with level, time and fields', async () => {
    const { log, text } = lines('json');
    log.warn('careful', { account: 'one' });
    const { level, message, account, timestamp } = JSON.parse(await text()) as Record<string, string>;
    assert.deepEqual([level, message, account], ['warn', 'careful', 'one']);
    assert.ok(Date.parse(timestamp ?? '') > 0);
  });

  it('leaves out what is below its level', async () => {
    const { log, text } = lines('text');
    log.debug('details');
    assert.equal(log.enabled('debug'), false);
    assert.equal(await text(), '');
  });
});

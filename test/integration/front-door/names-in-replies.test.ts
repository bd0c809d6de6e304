/** Names that people chose come back in headers and messages: no name makes a header of its own, or breaks the JSON around it. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { nameSchema } from '../../../src/contract/common.ts';
import { ownError } from '../../support/own-error.ts';
import { rawRequest, readReply, sendRaw } from '../../support/raw-client.ts';
import { type ScriptedWorld, scriptedWorld } from '../../support/scripted-world.ts';
import { aMessage } from '../../support/start-app.ts';

const BODY = JSON.stringify(aMessage);
const ODD = ['a"b', 'a\\', '</script>', 'ä日本🙂', 'a: b', '%0d%0aset-cookie: x', 'x'.repeat(100), 'a\u00a0b', "a'b", '{}'];
const aName = fc.oneof(fc.constantFrom(...ODD), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }));

describe('a name', () => {
  let scripted: ScriptedWorld;
  before(async () => {
    scripted = await scriptedWorld();
  });
  after(() => scripted.stop());

  const ask = async (key: string): Promise<string> => {
    const lines = ['host: localhost', `x-api-key: ${key}`, `content-length: ${BODY.length}`, 'connection: close'];
    return (await sendRaw(scripted.world.app.url, rawRequest('POST /v1/messages HTTP/1.1', lines, BODY))).text;
  };
  const fieldsOf = (text: string): readonly string[] => Object.keys(readReply(text).headers).sort();

  it('of an account stays in its header, whatever it holds', async () => {
    const { world } = scripted;
    const [account] = (await world.admin('GET', '/api/accounts')).body.data as { id: string }[];
    const fields = fieldsOf(await ask(world.key));
    await fc.assert(
      fc.asyncProperty(aName, async (name) => {
        const { status } = await world.admin('PATCH', `/api/accounts/${account?.id}`, { name });
        assert.equal(status, nameSchema.safeParse(name).success ? 200 : 400);
        const text = await ask(world.key);
        assert.equal(readReply(text).status, 200);
        assert.deepEqual(fieldsOf(text), fields);
        assert.match(readReply(text).headers['x-headgate-account'] ?? '', /^[\x20-\x7e]*$/);
      }),
      { numRuns: 40 },
    );
  });

  it('of a key stays in its message, whatever it holds', async () => {
    const { world } = scripted;
    const { id, key } = (await world.admin('POST', '/api/keys', { name: 'to be disabled' })).body as { id: string; key: string };
    await fc.assert(
      fc.asyncProperty(aName, async (name) => {
        await world.admin('PATCH', `/api/keys/${id}`, { name, enabled: true });
        const known = (await world.admin('PATCH', `/api/keys/${id}`, { enabled: false })).body.name as string;
        const { status, message } = ownError(await ask(key));
        assert.deepEqual([status, Buffer.from(message, 'latin1').toString().includes(`"${known}"`)], [401, true]);
      }),
      { numRuns: 15 },
    );
  });
});

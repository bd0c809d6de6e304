/** What holds for every error of Headgate's own, whoever noticed the fault: shape, ids, lengths. */
import assert from 'node:assert/strict';
import { readReply } from './raw-client.ts';

export interface OwnError {
  readonly status: number;
  readonly type: string;
  readonly message: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** @throws AssertionError when the text is anything but one whole error of the common shape */
export function ownError(text: string): OwnError {
  const { status, headers, body } = readReply(text);
  assert.equal(headers['content-type'], 'application/json', text);
  assert.equal(headers['content-length'], String(Buffer.byteLength(body, 'latin1')), text);
  const said = JSON.parse(body) as { type: string; error: { type: string; message: string }; request_id: string };
  assert.deepEqual(Object.keys(said), ['type', 'error', 'request_id']);
  assert.deepEqual(Object.keys(said.error), ['type', 'message']);
  assert.equal(said.type, 'error');
  assert.match(said.request_id, /^hgr_[\w-]{16}$/);
  assert.equal(headers['request-id'], said.request_id);
  assert.equal(headers['x-headgate-request-id'], said.request_id);
  const wait = headers['retry-after'];
  if (wait !== undefined) assert.match(wait, /^[1-9]\d*$/, 'whole seconds');
  return { status, type: said.error.type, message: said.error.message, headers };
}

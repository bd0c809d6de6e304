/** Relays a small reply whose body has to be looked at, or changed, as a whole. */
import type { HeldReply } from './held-reply.ts';
import type { RelayEnd } from './hop.ts';
import { isCompressed } from './read-error.ts';
import { type RelayOptions, relayReply } from './relay-reply.ts';
import { writeHead } from './write-head.ts';

/** Larger replies pass as they are. */
const MAX_BYTES = 1024 * 1024;

/** `change` gets the whole body and gives what the client gets instead. What cannot be read whole is relayed unchanged. */
export async function relayChanged(
  reply: HeldReply,
  options: RelayOptions,
  change: (body: Buffer) => Promise<Buffer>,
): Promise<RelayEnd> {
  const { message } = reply;
  const { res, added, now, idleMs } = options;
  const status = message.statusCode ?? 0;
  const isJson = (message.headers['content-type'] ?? '').includes('json');
  if (status < 200 || status > 299 || !isJson || isCompressed(message)) return relayReply(reply, options);
  const onGone = () => message.destroy();
  res.once('close', onGone);
  const end = await reply.hold(() => false, { maxBytes: MAX_BYTES, maxMs: idleMs });
  res.off('close', onGone);
  if (end !== 'ended' || res.destroyed) return relayReply(reply, options);
  const body = await change(reply.bytes());
  writeHead(message, { ...options, added: { ...added, 'content-length': String(body.length) } });
  const sent = Promise.withResolvers<void>();
  res.once('close', sent.resolve);
  res.end(body, () => sent.resolve());
  const firstByteAt = now();
  await sent.promise;
  return { kind: res.writableFinished ? 'complete' : 'client_gone', bytes: body.length, firstByteAt, usage: null };
}

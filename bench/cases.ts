/** What is sent through every proxy: request bodies of three sizes answered with JSON, and one event stream. */

export interface BenchCase {
  readonly name: string;
  readonly path: string;
  readonly body: Buffer;
}

/** A request in the Claude API's shape of about that many bytes; the model stands where clients put it. */
function messageOf(bytes: number): Buffer {
  const request = { model: 'claude-sonnet-5', messages: [{ role: 'user', content: '' }], max_tokens: 1024 };
  const overhead = JSON.stringify(request).length;
  const text = 'It says "what" it means, and why.\n'.repeat(bytes / 30).slice(0, bytes);
  request.messages[0] = { role: 'user', content: text.slice(0, Math.floor((bytes - overhead) * 0.92)) };
  return Buffer.from(JSON.stringify(request));
}

/** `?as=stream` tells the upstream of this benchmark which of its two answers to give. */
export const CASES: readonly BenchCase[] = [
  { name: '2 KB JSON', path: '/v1/messages', body: messageOf(2 * 1024) },
  { name: '30 KB JSON', path: '/v1/messages', body: messageOf(30 * 1024) },
  { name: '500 KB JSON', path: '/v1/messages', body: messageOf(500 * 1024) },
  { name: 'stream of 100 events', path: '/v1/messages?as=stream', body: messageOf(2 * 1024) },
];

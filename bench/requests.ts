/** What is sent: requests in the Claude API's shape, as Claude Code writes them, and what the upstream of the benchmark answers. */

export interface BenchRequest {
  readonly name: string;
  /** `?as=…` tells the upstream of this benchmark which of its answers to give. */
  readonly path: string;
  readonly body: Buffer;
}

export interface LoadTarget {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

const KB = 1024;

/** A body of about that many bytes; the model stands where clients put it. */
function messageOf(bytes: number): Buffer {
  const request = { model: 'claude-sonnet-5', messages: [{ role: 'user', content: '' }], max_tokens: 1024 };
  const overhead = JSON.stringify(request).length;
  const text = 'It says "what" it means, and why.\n'.repeat(bytes / 30).slice(0, bytes);
  request.messages[0] = { role: 'user', content: text.slice(0, Math.floor((bytes - overhead) * 0.92)) };
  return Buffer.from(JSON.stringify(request));
}

/** Answered with 1.3 KB of JSON. */
export const jsonRequest = (kilobytes: number): BenchRequest => ({
  name: `${kilobytes} KB JSON`,
  path: '/v1/messages',
  body: messageOf(kilobytes * KB),
});

/** Answered with a hundred events as fast as they go. */
export const burstRequest: BenchRequest = {
  name: 'stream of 100 events',
  path: '/v1/messages?as=burst',
  body: messageOf(2 * KB),
};

/** Answered with an event every so many milliseconds, each with the instant at which it was sent. `events: 0`: until somebody leaves. */
export const pacedRequest = (everyMs: number, events: number): BenchRequest => ({
  name: `an event every ${everyMs} ms`,
  path: `/v1/messages?as=paced&every=${everyMs}&events=${events}`,
  body: messageOf(30 * KB),
});

/** Answered with a stream of that many bytes, as fast as they are taken. */
export const bulkRequest = (bytes: number): BenchRequest => ({
  name: `${Math.round(bytes / KB / KB)} MB stream`,
  path: `/v1/messages?as=bulk&bytes=${bytes}`,
  body: messageOf(2 * KB),
});

/** The request as it goes over the wire. Every session is one of its own to Headgate. */
export function requestBytes({ url, headers }: LoadTarget, { path, body }: BenchRequest, session: string): Buffer {
  const fields = {
    host: new URL(url).host,
    'content-type': 'application/json',
    'anthropic-version': '2023-06-01',
    'anthropic-beta': 'claude-code-20250219,interleaved-thinking-2025-05-14',
    'user-agent': 'bench',
    'x-claude-code-session-id': session,
    accept: 'application/json',
    'content-length': String(body.length),
    ...headers,
  };
  const head = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`POST ${path} HTTP/1.1\r\n${head.join('')}\r\n`), body]);
}

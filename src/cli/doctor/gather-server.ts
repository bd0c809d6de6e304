/** Looks for the server of the data folder, and for whoever has its port. */
import { createServer } from 'node:net';
import type { Config } from '../../config/schema.ts';
import type { DurationMs } from '../../core/time.ts';
import { codeOf } from '../../storage/file-system.ts';
import { readServerNote } from '../../storage/server-note.ts';
import type { PortFacts, Readiness, ServerFacts } from './check-server.ts';
import { listenerOn } from './port-holder.ts';

const PATIENCE_MS: DurationMs = 2_000;

export async function gatherServer({ server, storage }: Config): Promise<ServerFacts> {
  const note = await readServerNote(storage.dataFolder);
  const readiness = note === null ? null : await readinessOf(note.url);
  const port = readiness !== null || server.port === 0 ? null : await gatherPort(server.host, server.port);
  return { note, readiness, port };
}

async function readinessOf(url: string): Promise<Readiness | null> {
  const answer = await jsonFrom(`${url}/readyz`);
  if (answer === null || typeof answer['ready'] !== 'boolean') return null;
  const reasons = Array.isArray(answer['reasons']) ? answer['reasons'].map(String) : [];
  return { ready: answer['ready'], reasons };
}

async function gatherPort(host: string, port: number): Promise<PortFacts> {
  const refused = await tryToListen(host, port);
  if (refused !== 'EADDRINUSE') return { host, port, refused, holder: { isHeadgate: false, process: null } };
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  const answer = await jsonFrom(`http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}/`);
  return { host, port, refused, holder: { isHeadgate: answer?.['name'] === 'headgate', process: await listenerOn(port) } };
}

async function jsonFrom(url: string): Promise<Readonly<Record<string, unknown>> | null> {
  try {
    const reply = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(PATIENCE_MS) });
    const body: unknown = await reply.json();
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** The code of the refusal; null when it worked, and was given up again. */
async function tryToListen(host: string, port: number): Promise<string | null> {
  const { promise, resolve } = Promise.withResolvers<string | null>();
  const server = createServer();
  server.once('error', (error) => resolve(codeOf(error) ?? 'unknown'));
  server.listen(port, host, () => server.close(() => resolve(null)));
  return promise;
}

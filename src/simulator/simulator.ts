/**
 * A fake Claude API and authorization server on loopback, for tests, drills and the demo. It shares nothing with the product: its
 * books are its own, so that each can be held against the other.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serveControl } from './control.ts';
import { createEngine, type Engine, type EngineOptions } from './engine.ts';
import { createOutage } from './outage.ts';
import { sendJson } from './wire.ts';

export interface SimulatorOptions extends EngineOptions {
  /** Default: 127.0.0.1. */
  readonly host?: string;
  /** Default: 0, any free one. */
  readonly port?: number;
}

export interface Simulator extends Engine {
  /** `http://127.0.0.1:…`: base of the API, the authorize page (`/oauth/authorize`), the token endpoint (`/v1/oauth/token`) and the paste page. */
  readonly url: string;
  /** Ends every connection, held ones too. */
  close(): Promise<void>;
}

const CONTROL = '/_simulator/';

/** @throws Error when the address cannot be listened on */
export async function createSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { host = '127.0.0.1', port = 0 } = options;
  const { engine, routes, stop } = createEngine(options, {
    outage: (ms) => outage.begin(ms),
    endOutage: () => outage.end(),
  });
  const server = createServer((req, res) => {
    const url = new URL(`http://simulator${req.url?.startsWith('/') ? req.url : '/'}`);
    const { pathname } = url;
    const answered = pathname.startsWith(CONTROL)
      ? serveControl(engine, { req, res, what: pathname.slice(CONTROL.length) })
      : routes(req, res, url);
    answered.catch((error: unknown) => {
      if (res.headersSent) res.destroy();
      else sendJson(res, 500, { error: error instanceof Error ? error.message : 'simulator fault' });
    });
  });
  const address = await listen(server, host, port);
  const outage = createOutage(server, address);
  return {
    ...engine,
    url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
    async close() {
      stop();
      await outage.end();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

async function listen(server: Server, host: string, port: number): Promise<AddressInfo> {
  const bound = Promise.withResolvers<void>();
  server.once('error', bound.reject);
  server.listen(port, host, () => bound.resolve());
  await bound.promise;
  return server.address() as AddressInfo;
}

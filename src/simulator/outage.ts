/** A server that nobody can reach for a while: connections are refused, as by a machine on which it does not run. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Outage {
  /** For so long, or, with null, until it is ended. Open connections are ended. */
  begin(ms: number | null): void;
  /** Resolves when the server listens again, where it did before; at once when there is no outage. */
  end(): Promise<void>;
}

export function createOutage(server: Server, { address, port }: AddressInfo): Outage {
  let timer: NodeJS.Timeout | undefined;

  async function end(): Promise<void> {
    clearTimeout(timer);
    if (server.listening) return;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, address, () => {
        server.off('error', reject);
        resolve();
      });
    });
  }

  return {
    begin(ms) {
      clearTimeout(timer);
      server.close();
      server.closeAllConnections();
      // An address that was taken meanwhile stays out of reach.
      if (ms !== null) timer = setTimeout(() => void end().catch(() => undefined), ms).unref();
    },
    end,
  };
}

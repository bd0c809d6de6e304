/** Listens on a free loopback port and says so on standard output: how the processes of the benchmark find each other. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export function announce(server: Server): void {
  server.keepAliveTimeout = 75_000;
  server.listen(0, '127.0.0.1', () => {
    process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
  });
}

/** The upstream that the parent process names. */
export function upstreamUrl(): URL {
  return new URL(process.argv[2] ?? '');
}

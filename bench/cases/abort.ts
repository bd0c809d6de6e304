/** How soon the upstream learns that a client has left. The upstream lives in this process, so that one clock measures both ends. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchContext } from '../case.ts';
import { type CaseReport, median } from '../figures.ts';
import { startHeadgate } from '../proxies/headgate.ts';
import { type LoadTarget, pacedRequest, requestBytes } from '../requests.ts';

const ABORTS = 40;

export async function measureAbort({ settings }: BenchContext): Promise<CaseReport> {
  let left = Promise.withResolvers<number>();
  const upstream = createServer((req, res) => {
    req.resume();
    res.once('close', () => left.resolve(performance.now()));
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    res.write('event: message_start\ndata: {"type":"message_start","message":{}}\n\n');
  });
  upstream.listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  const headgate = await startHeadgate(`http://127.0.0.1:${(upstream.address() as AddressInfo).port}`);
  try {
    const times: number[] = [];
    for (let n = 0; n < (settings.brief ? 2 : ABORTS); n += 1) {
      const abortedAt = await openAndLeave(headgate);
      times.push((await left.promise) - abortedAt);
      left = Promise.withResolvers<number>();
    }
    return {
      figures: [
        { what: 'client gone → upstream request aborted, p50', value: median(times), unit: 'ms', atMost: 20 },
        { what: 'client gone → upstream request aborted, slowest', value: Math.max(...times), unit: 'ms' },
      ],
      samples: times,
    };
  } finally {
    await headgate.stop();
    upstream.closeAllConnections();
    upstream.close();
  }
}

/** Resolves with the instant at which the client left: in the middle of the answer. */
async function openAndLeave(target: LoadTarget): Promise<number> {
  const { hostname, port } = new URL(target.url);
  const socket = connect({ host: hostname, port: Number(port) });
  await once(socket, 'connect');
  socket.write(requestBytes(target, pacedRequest(1000, 0), 'bench-abort'));
  await once(socket, 'data');
  await sleep(5);
  const at = performance.now();
  socket.destroy();
  return at;
}

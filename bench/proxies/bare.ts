/** The yardstick: pipes both ways with a keep-alive agent and does none of our work. */
import { Agent, createServer, request } from 'node:http';
import { announce, upstreamUrl } from '../announce.ts';

const { hostname, port } = upstreamUrl();
const agent = new Agent({ keepAlive: true, maxSockets: Infinity, maxFreeSockets: 1024, scheduling: 'lifo' });

announce(
  createServer((req, res) => {
    const { method, url, headers } = req;
    const outgoing = request({ agent, hostname, port, method, path: url, headers }, (reply) => {
      res.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(res);
    });
    outgoing.on('error', () => res.destroy());
    req.pipe(outgoing);
  }),
);

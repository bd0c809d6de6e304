/** Headgate's hop alone: body kept for a replay, headers cleaned, credential set, usage read; no accounts, keys or log. */
import { createServer } from 'node:http';
import express, { type Request, type Response } from 'express';
import { cleanHeaders } from '../../src/gateway/clean-headers.ts';
import { createHop } from '../../src/gateway/forward.ts';
import { ClientLeaving } from '../../src/gateway/leaving.ts';
import { createBodyBudget } from '../../src/gateway/read-body.ts';
import { scanBody } from '../../src/gateway/scan-body.ts';
import { announce, upstreamUrl } from '../announce.ts';

const MB = 1024 * 1024;
const hop = createHop({
  baseUrl: () => upstreamUrl().origin,
  timeouts: () => ({ connectMs: 5000, responseMs: 600_000, streamIdleMs: 330_000 }),
  oauthBeta: () => 'oauth-2025-04-20',
  stripRateLimits: () => false,
  proxy: () => null,
  now: Date.now,
});
const bodies = createBodyBudget(() => ({ maxBodyBytes: 32 * MB, maxBufferedBytes: 256 * MB }));

async function relay(req: Request, res: Response): Promise<void> {
  const gone = new ClientLeaving();
  res.once('close', () => {
    if (!res.writableFinished) gone.abort();
  });
  const body = await bodies.read(req);
  scanBody(body, false);
  req.headers = cleanHeaders(req.headers);
  const result = await hop.send({
    req,
    target: req.originalUrl,
    body,
    kind: 'oauth',
    secret: 'not-a-real-secret',
    promisesJson: true,
    clientGone: gone,
  });
  body.release();
  if (result.kind === 'reply') await result.reply.relay(res, { 'x-headgate-account': 'bench' });
  else res.destroy();
}

const app = express().disable('x-powered-by').disable('etag');
app.post('/v1/messages', relay);
announce(createServer(app));

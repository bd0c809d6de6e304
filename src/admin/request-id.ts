/** Names every administration request, for the log and for the error that it may end with. */
import { randomBytes } from 'node:crypto';
import type { RequestHandler, Response } from 'express';

export const nameRequest: RequestHandler = (_req, res, next) => {
  res.locals['requestId'] = `hgr_${randomBytes(18).toString('base64url')}`;
  res.setHeader('request-id', requestIdOf(res));
  res.setHeader('cache-control', 'no-store');
  next();
};

export const requestIdOf = (res: Response): string => String(res.locals['requestId'] ?? 'hgr_unknown');

/** Names every administration request, for the log and for the error that it may end with. */
import type { RequestHandler, Response } from 'express';
import { newId } from '../new-id.ts';

export const nameRequest: RequestHandler = (_req, res, next) => {
  res.locals['requestId'] = newId('hgr');
  res.setHeader('request-id', requestIdOf(res));
  res.setHeader('cache-control', 'no-store');
  next();
};

export const requestIdOf = (res: Response): string => String(res.locals['requestId'] ?? 'hgr_unknown');

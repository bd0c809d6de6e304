/** Reads the body of an administration request: JSON of at most 256 KiB, and nothing else. */
import express, { type RequestHandler } from 'express';
import { notJson } from './admin-error.ts';

/** A body of another type is refused, not ignored: a form on another site can send one without asking first. */
const onlyJson: RequestHandler = (req, _res, next) => {
  const hasBody = req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0;
  if (hasBody && !req.is('application/json')) throw notJson();
  next();
};

export const readJson: readonly RequestHandler[] = [onlyJson, express.json({ limit: '256kb', strict: true })];

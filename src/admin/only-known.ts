/** Refuses what a route would not look at: a parameter or a field that is mistyped must not pass for one that was heeded. */
import type { RequestHandler } from 'express';
import { z } from 'zod';
import { parse } from './admin-error.ts';
import type { Operation } from './openapi/operation.ts';
import { operations } from './openapi/operations.ts';

interface Known {
  readonly method: string;
  readonly segments: readonly string[];
  readonly hasQuery: boolean;
  readonly hasBody: boolean;
}

/** Below `/api`, where the routers stand. */
const knownOf = ({ method, path, query, list, body }: Operation): Known => ({
  method: method.toUpperCase(),
  segments: path.slice('/api'.length).split('/'),
  hasQuery: query !== undefined || list !== undefined,
  hasBody: body !== undefined,
});

const fits = (pattern: readonly string[], segments: readonly string[]): boolean =>
  pattern.length === segments.length && pattern.every((part, at) => part.startsWith('{') || part === segments[at]);

const known = operations.map(knownOf);
const nothing = z.strictObject({});

/** To stand behind whatever reads the body. Routes with a query or a body of their own check them themselves. */
export const onlyKnown: RequestHandler = (req, _res, next) => {
  const method = req.method === 'HEAD' ? 'GET' : req.method;
  const segments = req.path.split('/');
  const route = known.find((one) => one.method === method && fits(one.segments, segments));
  if (route && !route.hasQuery) parse(nothing, req.query);
  if (route && !route.hasBody) parse(nothing, req.body);
  next();
};

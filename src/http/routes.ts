/** Every route and who may use it. Anything that is not listed is refused. A test compares this table with the routes that exist. */

export type Audience =
  /** Anybody; no account detail, no write. */
  | 'anyone'
  /** A client with an API key. */
  | 'api_key'
  /** The operator: admin key, admin-role API key, or a dashboard session. */
  | 'admin';

export interface RouteRule {
  readonly methods: readonly string[];
  /** Express path pattern. */
  readonly path: string;
  readonly audience: Audience;
}

const ANY = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

export const routes: readonly RouteRule[] = [
  { methods: ['HEAD', 'GET'], path: '/', audience: 'anyone' },
  { methods: ['HEAD', 'GET'], path: '/api/hello', audience: 'anyone' },
  { methods: ['GET'], path: '/health', audience: 'anyone' },
  { methods: ['GET'], path: '/healthz', audience: 'anyone' },
  { methods: ['GET'], path: '/readyz', audience: 'anyone' },
  { methods: ['GET'], path: '/ui/{*file}', audience: 'anyone' },
  { methods: ['GET'], path: '/oauth/callback', audience: 'anyone' },
  { methods: ['GET'], path: '/callback', audience: 'anyone' },
  { methods: ['GET'], path: '/metrics', audience: 'admin' },
  { methods: ['POST'], path: '/api/auth/login', audience: 'anyone' },
  { methods: ['GET'], path: '/api/auth/session', audience: 'anyone' },
  { methods: ANY, path: '/api/{*rest}', audience: 'admin' },
  { methods: ANY, path: '/v1/{*rest}', audience: 'api_key' },
];

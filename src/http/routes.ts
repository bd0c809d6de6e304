/** Every route and who may use it. The front door refuses what is not listed here before anything else looks at it. */

export type Audience =
  /** Anybody; no account detail, no write. */
  | 'anyone'
  /** A client with an API key. */
  | 'api_key'
  /** The operator: admin key, admin-role API key, or a dashboard session. */
  | 'admin';

export interface Route {
  /** Null: any method, as far as the tree behind it knows it. */
  readonly methods: readonly string[] | null;
  /** Matched by case and slash; a `*` at the end stands for everything below. */
  readonly path: string;
  readonly audience: Audience;
}

/** The first that fits decides. */
export const routes: readonly Route[] = [
  { methods: ['HEAD', 'GET'], path: '/', audience: 'anyone' },
  { methods: ['HEAD', 'GET'], path: '/api/hello', audience: 'anyone' },
  { methods: ['HEAD', 'GET'], path: '/health', audience: 'anyone' },
  { methods: ['HEAD', 'GET'], path: '/healthz', audience: 'anyone' },
  { methods: ['HEAD', 'GET'], path: '/readyz', audience: 'anyone' },
  { methods: ['HEAD', 'GET'], path: '/ui/*', audience: 'anyone' },
  { methods: ['HEAD', 'GET'], path: '/oauth/callback', audience: 'anyone' },
  { methods: ['HEAD', 'GET'], path: '/oauth/callback.js', audience: 'anyone' },
  { methods: ['HEAD', 'GET'], path: '/oauth/callback.css', audience: 'anyone' },
  { methods: ['HEAD', 'GET'], path: '/callback', audience: 'anyone' },
  // They say what the source says, to everybody the same.
  { methods: ['HEAD', 'GET'], path: '/docs', audience: 'anyone' },
  { methods: ['HEAD', 'GET'], path: '/docs/style.css', audience: 'anyone' },
  { methods: ['HEAD', 'GET'], path: '/metrics', audience: 'admin' },
  { methods: ['POST'], path: '/api/auth/login', audience: 'anyone' },
  { methods: ['HEAD', 'GET'], path: '/api/auth/session', audience: 'anyone' },
  { methods: null, path: '/api/*', audience: 'admin' },
  { methods: null, path: '/v1/*', audience: 'api_key' },
];

const fits = ({ path }: Route, requested: string): boolean =>
  path.endsWith('*') ? requested.startsWith(path.slice(0, -1)) : requested === path;

/** The route of a request, or null when there is none. `path` is without query. */
export const routeOf = (method: string, path: string): Route | null =>
  routes.find((route) => fits(route, path) && (route.methods === null || route.methods.includes(method))) ?? null;

/** No reply of the administration API ever holds a secret, whatever is asked in whatever order. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Response } from 'supertest';
import { ADMIN_KEY, type AdminWorld, adminWorld } from '../../support/admin-world.ts';
import { HOUR } from '../../support/builders.ts';
import { aRequestRecord, aRunningRequest } from '../../support/request-records.ts';

const secretArbitrary = fc.stringMatching(/^[A-Za-z0-9_-]{24,40}$/);

/** One step of a history: what is asked, for which account or key (by number), with which made-up secret. */
interface Step {
  readonly what: keyof typeof steps;
  readonly which: number;
  readonly secret: string;
}

interface Scene {
  readonly world: AdminWorld;
  readonly secrets: Set<string>;
}

const accountPath = ({ world }: Scene, which: number): string => {
  const accounts = world.pool.list();
  return `/api/accounts/${accounts[which % accounts.length]?.id ?? 'acc_none'}`;
};
const keyPath = ({ world }: Scene, which: number): string => {
  const keys = world.keys.list();
  return `/api/keys/${keys[which % Math.max(1, keys.length)]?.id ?? 'key_none'}`;
};

/** Of the two replies that hold a key: what they say beside it. */
function withoutNewKey(scene: Scene, reply: Response): Response {
  const { key, ...rest } = reply.body;
  if (key !== undefined) scene.secrets.add(key);
  return { ...reply, text: JSON.stringify(rest), headers: reply.headers } as Response;
}

const steps = {
  list: ({ world }: Scene) => world.call('GET', '/api/accounts'),
  show: (scene: Scene, { which }: Step) => scene.world.call('GET', accountPath(scene, which)),
  events: (scene: Scene, { which }: Step) => scene.world.call('GET', `${accountPath(scene, which)}/events`),
  refresh: (scene: Scene, { which }: Step) => scene.world.call('POST', `${accountPath(scene, which)}/refresh`),
  /** The endpoint repeats what it was sent. */
  failingRefresh: (scene: Scene, { which }: Step) => {
    const error_description = scene.world.vault
      .list()
      .map(({ refreshToken }) => refreshToken)
      .join(' ');
    const body = JSON.stringify({ error: which % 2 === 0 ? 'invalid_request' : 'invalid_grant', error_description });
    scene.world.simulator.tokenFault({ kind: 'status', status: 400, headers: { 'content-type': 'application/json' }, body });
    return scene.world.call('POST', `${accountPath(scene, which)}/refresh`);
  },
  addKeyed: ({ world }: Scene, { secret }: Step) =>
    world.call('POST', '/api/accounts', { body: { name: `n ${world.pool.list().length}`, kind: 'api_key', api_key: secret } }),
  addStatic: ({ world }: Scene, { secret }: Step) =>
    world.call('POST', '/api/accounts', { body: { name: 'static', kind: 'oauth_static', access_token: secret } }),
  addWrongly: ({ world }: Scene, { secret }: Step) =>
    world.call('POST', '/api/accounts', {
      body: { name: '', kind: 'api_key', api_key: `${secret} ${secret}`, access_token: secret },
    }),
  replace: (scene: Scene, { which, secret }: Step) =>
    scene.world.call('PATCH', accountPath(scene, which), { body: { api_key: secret } }),
  wrongCode: ({ world }: Scene, { secret }: Step) =>
    world.call('POST', '/api/accounts', { body: { code: secret, state: 'unknown' } }),
  login: async (scene: Scene) => {
    const { world, secrets } = scene;
    const { authorization_url } = (await world.call('POST', '/api/oauth/authorize', { body: {} })).body;
    const { code, state } = world.simulator.approve(authorization_url, 'acc_1');
    secrets.add(code);
    return world.call('POST', '/api/accounts', { body: { code, state } });
  },
  makeKey: async (scene: Scene, { which }: Step) => {
    const role = which % 2 === 0 ? 'admin' : 'user';
    const reply = await scene.world.call('POST', '/api/keys', { body: { name: `k ${scene.world.keys.list().length}`, role } });
    return withoutNewKey(scene, reply);
  },
  listKeys: ({ world }: Scene) => world.call('GET', '/api/keys'),
  changeKey: (scene: Scene, { which }: Step) =>
    scene.world.call('PATCH', keyPath(scene, which), { body: { enabled: which % 2 === 0 } }),
  signIn: ({ world }: Scene) => world.call('POST', '/api/auth/login', { headers: null, body: { api_key: ADMIN_KEY } }),
  signInWrongly: ({ world }: Scene, { secret }: Step) =>
    world.call('POST', '/api/auth/login', { headers: null, body: { api_key: secret } }),
  session: ({ world }: Scene) => world.call('GET', '/api/auth/session'),
  statistics: ({ world }: Scene) => world.call('GET', '/api/admin/statistics'),
  serving: (scene: Scene, { which }: Step) =>
    scene.world.call('GET', `${accountPath(scene, which)}/serving?model=claude-opus-5-5`),
  /** The upstream repeats what it was sent. */
  test: ({ world }: Scene, { which }: Step) => {
    const message = `no ${world.vault.get('acc_1')?.secret} here`;
    if (which % 2 === 0) world.simulator.fault('acc_1', { action: { kind: 'status', status: 401, message }, path: '/v1/' });
    return world.call('POST', '/api/accounts/acc_1/test', { body: which % 3 === 0 ? { model: 'claude-haiku-4-5' } : {} });
  },
  rotateKey: async (scene: Scene, { which }: Step) => {
    const reply = await scene.world.call('POST', `${keyPath(scene, which)}/rotate`, { body: { grace_period_seconds: which } });
    return withoutNewKey(scene, reply);
  },
  sessions: async ({ world }: Scene, { which }: Step) => {
    const apiKeyId = world.keys.list()[0]?.id ?? null;
    world.clients.begin({ apiKeyId, address: '192.0.2.1', userAgent: `agent ${which}` }, aRunningRequest(), true);
    const id = world.clients.list()[0]?.session.id;
    if (which % 3 === 0) await world.call('DELETE', `/api/sessions/${id}`);
    return world.call('GET', which % 2 === 0 ? '/api/sessions' : `/api/sessions/${id}`);
  },
  prefer: (scene: Scene, { which }: Step) => scene.world.call('POST', `${accountPath(scene, which)}/prefer`),
  windows: (scene: Scene, { which }: Step) => scene.world.call('GET', `${accountPath(scene, which)}/windows`),
  requests: ({ world }: Scene, { which }: Step) => {
    world.requests.record(aRequestRecord({ id: `hgr_${which}`, apiKeyId: world.keys.list()[0]?.id ?? null }));
    return world.call('GET', '/api/requests');
  },
};

/** Everything secret that exists by now: what was handed in, what is stored, and what a stored key could be recognised by. */
function collect({ world, secrets }: Scene): void {
  for (const { secret, refreshToken } of world.vault.list()) {
    secrets.add(secret);
    if (refreshToken !== null) secrets.add(refreshToken);
  }
  for (const { hash, former } of world.keys.list()) secrets.add(hash).add(former?.hash ?? hash);
}

function holdsNone({ secrets }: Scene, reply: Response): void {
  const { 'set-cookie': cookies, ...headers } = reply.headers as Record<string, unknown>;
  for (const cookie of (cookies as readonly string[] | undefined) ?? []) secrets.add(/=([^;]*)/.exec(cookie)?.[1] || ADMIN_KEY);
  const said = `${reply.text}${JSON.stringify(headers)}`;
  for (const secret of secrets) assert.ok(!said.includes(secret), `a reply holds ${secret}: ${said}`);
}

describe('the secrecy of the administration API', () => {
  it('holds in any history', async () => {
    const what = fc.constantFrom(...(Object.keys(steps) as (keyof typeof steps)[]));
    const step = fc.record({ what, which: fc.nat(9), secret: secretArbitrary });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (history) => {
        const world = await adminWorld();
        const scene = { world, secrets: new Set([ADMIN_KEY]) };
        try {
          await world.anAccountWith({ endsIn: HOUR });
          for (const next of history) {
            scene.secrets.add(next.secret);
            collect(scene);
            const reply = await steps[next.what](scene, next);
            collect(scene);
            holdsNone(scene, reply);
          }
          const audit = await world.auditText();
          for (const secret of scene.secrets) assert.ok(!audit.includes(secret), `the audit log holds ${secret}`);
        } finally {
          await world.close();
        }
      }),
      { numRuns: 60 },
    );
  }).timeout(30_000);
});

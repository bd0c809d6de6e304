import assert from 'node:assert/strict';
import express, { type RequestHandler } from 'express';
import request from 'supertest';
import { outlookOf } from '../../../src/core/pool-outlook.ts';
import { createHealthRoutes, type HealthDeps } from '../../../src/http/health.ts';
import { anAccount, invalidSince, NOW } from '../../support/builders.ts';

const emptyPool = () => outlookOf([], NOW);
const pass: RequestHandler = (_req, _res, next) => next();
const forStrangers = { mayAskHealth: pass, isOperator: () => false, healthDetail: () => ({ accounts: {} }) };
const app = (over: Partial<HealthDeps> = {}) =>
  express().use(
    createHealthRoutes({ outlook: emptyPool, unreadyReasons: () => [], uptimeSeconds: () => 61.9, ...forStrangers, ...over }),
  );

describe('the health routes', () => {
  for (const reason of ['starting', 'draining', 'storage']) {
    it(`say 503 on /readyz while the reason is ${reason}`, async () => {
      const reply = await request(app({ unreadyReasons: () => [reason] })).get('/readyz');
      assert.deepEqual([reply.status, reply.body.ready, reply.body.reasons], [503, false, [reason]]);
    });

    it(`stay alive on /healthz while the reason is ${reason}`, async () => {
      assert.equal((await request(app({ unreadyReasons: () => [reason] })).get('/healthz')).status, 200);
    });
  }

  it('list every reason at once', async () => {
    const reply = await request(app({ unreadyReasons: () => ['draining', 'storage'] })).get('/readyz?pool=required');
    assert.deepEqual(reply.body.reasons, ['draining', 'storage', 'pool']);
  });

  it('tell of a pool that cannot serve without letting it count', async () => {
    const reply = await request(app()).get('/readyz');
    assert.deepEqual([reply.status, reply.body], [200, { ready: true, reasons: [], pool: 'unhealthy' }]);
  });

  it('let the pool count where it is required, and then only an unhealthy one', async () => {
    const invalid = anAccount({ id: 'acc_2', status: invalidSince(NOW) });
    const third = anAccount({ id: 'acc_3', status: invalidSince(NOW) });
    const degraded = app({ outlook: () => outlookOf([anAccount(), invalid, third], NOW) });
    const reply = await request(degraded).get('/readyz?pool=required');
    assert.deepEqual([reply.status, reply.body.pool], [200, 'degraded']);
    assert.equal((await request(app()).get('/readyz?pool=required')).status, 503);
  });

  it('take no other wish for the pool', async () => {
    assert.equal((await request(app()).get('/readyz?pool=1')).status, 200);
  });

  it('say 503 on /health when nobody can serve, with version and age and nothing else', async () => {
    const reply = await request(app()).get('/health');
    assert.equal(reply.status, 503);
    assert.deepEqual(
      { ...reply.body, version: typeof reply.body.version },
      { status: 'unhealthy', version: 'string', uptime_seconds: 61 },
    );
  });
});

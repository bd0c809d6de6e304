import assert from 'node:assert/strict';
import type { AdminError } from '../../../src/admin/admin-error.ts';
import { preferAccount } from '../../../src/admin/prefer-account.ts';
import { LiveConfig } from '../../../src/config/live-config.ts';
import { resolveLayers } from '../../../src/config/load.ts';
import { anAccount } from '../../support/builders.ts';
import { testLoaded } from '../../support/config.ts';

/** A configuration whose policy an environment variable decides. */
function decidedByEnvironment(value: string): LiveConfig {
  const origin = { kind: 'environment', variable: 'BALANCER__POLICY' } as const;
  const layers = {
    file: { entries: [], faults: [] },
    overrides: [{ entries: [{ path: 'balancer.policy', value, origin }], faults: [] }],
  };
  const loaded = { ...testLoaded(), ...resolveLayers(layers, undefined), layers };
  return new LiveConfig({ loaded, settings: {}, store: async (patch) => patch, now: Date.now });
}

describe('preferring an account where the environment decides the policy', () => {
  const [one, two] = [anAccount({ id: 'acc_1' }), anAccount({ id: 'acc_2' })];
  const prefer = async (policy: string) => {
    const edits: string[] = [];
    const pool = { list: () => [one, two], edit: async (id: string) => void edits.push(id) } as never;
    await preferAccount({ pool, live: decidedByEnvironment(policy) }, one, 'a test');
    return edits;
  };

  it('is refused with the name of the variable', async () => {
    await assert.rejects(
      prefer('round_robin'),
      (error: AdminError) => error.status === 409 && /BALANCER__POLICY/.test(error.message),
    );
  });

  it('is done where the variable names the right one', async () => {
    assert.deepEqual(await prefer('priority'), ['acc_1']);
  });
});

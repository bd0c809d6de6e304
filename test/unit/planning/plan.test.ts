import assert from 'node:assert/strict';
import { contenders } from '../../../src/planning/contenders.ts';
import { type ContenderReport, type PlanReport, plan } from '../../../src/planning/plan.ts';

const SETTINGS = { accounts: 5, load: 1, days: 14, seeds: 40, contenders, trace: null };

const named = ({ contenders: reports }: PlanReport, name: string): ContenderReport => {
  const report = reports.find((candidate) => candidate.name === name);
  assert.ok(report);
  return report;
};

describe('a plan', () => {
  it('is the same for the same settings', () => {
    const small = { ...SETTINGS, seeds: 2, days: 7 };
    assert.deepEqual(plan(small), plan(small));
  });

  it('tells what a contender would gain over the first on the same traces', () => {
    const { contenders: reports } = plan({ ...SETTINGS, seeds: 3, days: 7 });
    const [first, second] = reports;
    assert.equal(first?.lead, null);
    assert.ok(Math.abs((second?.lead?.mean ?? 0) - ((second?.served.mean ?? 0) - (first?.served.mean ?? 0))) < 1e-9);
  });

  describe('of five equal accounts at full load', () => {
    let report: PlanReport;
    before(function () {
      this.timeout(60_000);
      report = plan(SETTINGS);
    });
    const best = () => named(report, 'quota_aware/move_cold');
    const ahead = (other: string) => (best().served.mean - named(report, other).served.mean) * 100;

    it('puts quota_aware 2.5 points ahead of rotation by conversation', () => assert.ok(ahead('round_robin') >= 2.5));
    it('puts quota_aware 5 points ahead of filling one account after the other', () => assert.ok(ahead('priority') >= 5));
    it('puts quota_aware 20 points ahead of rotation by request', () => assert.ok(ahead('round_robin/request') >= 20));
    it('shows quota_aware reading 99.5 % of what one large cache would', () => assert.ok(best().cacheReads.mean >= 0.995));

    it('puts quota_aware ahead of the others also where cold conversations stay', () => {
      const careful = named(report, 'quota_aware').served.mean;
      for (const name of ['round_robin', 'least_loaded', 'priority']) assert.ok(careful > named(report, name).served.mean + 0.01);
    });

    it('lets clients of quota_aware see their first 429 later than those of the others', () => {
      for (const careful of ['quota_aware', 'quota_aware/move_cold'])
        for (const name of ['round_robin', 'least_loaded', 'priority', 'round_robin/request'])
          assert.ok((named(report, careful).firstRefusalHours ?? 1e9) > (named(report, name).firstRefusalHours ?? 1e9), name);
    });
  });
});

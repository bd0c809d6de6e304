/** Bugs put in on purpose, each at a seam between parts, so that it is known that the laws would notice the like. */
import type { Plant } from './product.ts';

const over = <T extends object>(original: T, changed: Partial<T>): T =>
  new Proxy(original, {
    get(target, name) {
      if (Object.hasOwn(changed, name)) return changed[name as keyof T];
      const value = Reflect.get(target, name, target) as unknown;
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });

export const plantedBugs: Readonly<Record<string, Plant>> = {
  'a used-up quota is not remembered': (parts) => {
    const { pool } = parts;
    const { apply } = pool;
    pool.apply = (id, event, evidence) =>
      event.type === 'quota_rejected' ? pool.get(id) : apply.call(pool, id, event, evidence);
  },
  'a cooldown ends an hour too early': (parts) => {
    const { pool } = parts;
    const { apply } = pool;
    pool.apply = (id, event, evidence) =>
      apply.call(pool, id, 'until' in event ? { ...event, until: event.until - 3_600_000 } : event, evidence);
  },
  'a first refusal counts as the second': (parts) => {
    parts.strikes = over(parts.strikes, { struckBefore: () => true });
  },
  'verdicts are dropped': (parts) => {
    parts.verdicts = over(parts.verdicts, { settle: () => undefined });
  },
  'the place of an attempt is not given back': (parts) => {
    const { pool } = parts;
    const reserve = pool.reserve.bind(pool);
    let count = 0;
    pool.reserve = (id) => {
      const slot = reserve(id);
      count += 1;
      return count % 50 === 0 ? { end: () => undefined, release: () => undefined } : slot;
    };
  },
  'the limit of requests at once is not kept': (parts) => {
    const { pool } = parts;
    const choose = pool.choose.bind(pool);
    pool.choose = (query) => {
      const choice = choose(query);
      if (choice) return choice;
      const [account] = pool.list().filter(({ id, status }) => status.state === 'active' && !query.tried.has(id));
      return account ? { account, why: 'rotation', slot: pool.reserve(account.id), considered: [] } : null;
    };
  },
  'accounts that were tried are asked again': (parts) => {
    const { pool } = parts;
    const choose = pool.choose.bind(pool);
    pool.choose = (query) => choose({ ...query, tried: new Set() });
  },
  'some accounts are never asked': (parts) => {
    const { pool } = parts;
    const choose = pool.choose.bind(pool);
    pool.choose = (query) => choose({ ...query, tried: new Set([...query.tried, 'b']) });
  },
  'a circuit that opened stays open': (parts) => {
    let admitted = 0;
    const { circuits } = parts;
    parts.circuits = over(circuits, {
      admit: (family) => {
        admitted += 1;
        return admitted > 20 ? { openUntil: Number.MAX_SAFE_INTEGER } : circuits.admit(family);
      },
    });
  },
  'conversations have no home': (parts) => {
    const { pool } = parts;
    const choose = pool.choose.bind(pool);
    pool.choose = (query) => choose({ ...query, home: null });
  },
  'new tokens are not written': (_parts, disk) => {
    const { update } = disk.credentials;
    Object.assign(disk.credentials, {
      update: (id: string, change: Parameters<typeof update>[1]) =>
        update(id, (current) => {
          const next = change(current);
          return current && next && next.generation > current.generation && next.intent === null ? current : next;
        }),
    });
  },
  'an account comes back by itself after a person paused it': (parts) => {
    const { pool } = parts;
    const { apply } = pool;
    pool.apply = (id, event, evidence) => {
      const result = apply.call(pool, id, event, evidence);
      return event.type === 'cooldown_elapsed'
        ? apply.call(pool, id, { type: 'enabled', at: event.at }, { ...evidence, summary: 'by itself' })
        : result;
    };
  },
};

/** The smallest kind of record, and stores of it, for storage tests. */
import { z } from 'zod';
import type { Recovery } from '../../../src/storage/json/durable-json-file.ts';
import { type JsonRecordStore, openJsonRecordStore } from '../../../src/storage/json/json-record-store.ts';
import { NOW } from '../../support/builders.ts';
import { at, type SimulatedDisk } from './simulated-disk.ts';

export interface Counter {
  readonly id: string;
  readonly count: number;
}

const counterSchema: z.ZodType<Counter> = z.object({ id: z.string().min(1), count: z.number() });

export const counting = (current: Counter | undefined, id: string): Counter => ({ id, count: (current?.count ?? 0) + 1 });

export interface Opened {
  readonly store: JsonRecordStore<Counter>;
  readonly recoveries: readonly Recovery[];
  readonly warnings: readonly string[];
}

/** Opens `counters.json`; records from a backup are marked by the negative of their count. */
export async function openCounters(fs: SimulatedDisk): Promise<Opened> {
  const recoveries: Recovery[] = [];
  const warnings: string[] = [];
  const afterRestore = (record: Counter): Counter => ({ ...record, count: -Math.abs(record.count) });
  const store = await openJsonRecordStore(
    { file: at('counters.json'), version: 1, schema: counterSchema, afterRestore },
    {
      fs,
      now: () => NOW,
      onRecovered: (recovery) => void recoveries.push(recovery),
      onWarning: (message) => void warnings.push(message),
    },
  );
  return { store, recoveries, warnings };
}

/** The text of `counters.json` that holds these counts under the ids a, b, c, … */
export const countersFile = (...counts: readonly number[]): string =>
  JSON.stringify({ version: 1, records: counts.map((count, index) => ({ id: String.fromCharCode(97 + index), count })) });

export const countsOf = async ({ store }: Opened): Promise<readonly number[]> => (await store.list()).map(({ count }) => count);

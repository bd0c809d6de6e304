/** How long the event loop is away at a time under moderate load, because meanwhile every other client waits. */
import { once } from 'node:events';
import type { BenchContext } from '../case.ts';
import { type CaseReport, median } from '../figures.ts';
import { steadyLoad } from '../load.ts';
import { type Headgate, startHeadgate } from '../proxies/headgate.ts';
import { jsonRequest } from '../requests.ts';
import type { Stall } from '../stall-probe.ts';

const PROBE = new URL('../stall-probe.ts', import.meta.url).href;
const LOAD = { perSecond: 200, durationMs: 4000 };

interface Stalls {
  /** By the clock. */
  readonly longest: Stall;
  /** By the time at work. */
  readonly busiest: Stall;
}

export async function measureStall({ settings, upstreamUrl, progress }: BenchContext): Promise<CaseReport> {
  const rounds = settings.brief ? 1 : 5;
  const load = settings.brief ? { ...LOAD, durationMs: 100 } : LOAD;
  const headgate = await startHeadgate(upstreamUrl, { nodeArgs: ['--import', PROBE] });
  try {
    const all: Stalls[] = [];
    // The first round warms the compiler up and is thrown away.
    for (let round = 0; round <= rounds; round += 1) {
      await ask(headgate);
      await steadyLoad(headgate, jsonRequest(100), load);
      const stalls = await ask(headgate);
      if (round > 0) all.push(stalls);
      progress(`round ${round} of ${rounds}`);
    }
    return {
      figures: [
        {
          what: 'longest stall of the event loop at 200 requests/s of 100 KB, at work',
          value: median(all.map(({ busiest }) => busiest.cpuMs)),
          unit: 'ms',
          atMost: 10,
        },
        { what: 'the same by the clock', value: median(all.map(({ longest }) => longest.wallMs)), unit: 'ms' },
      ],
      samples: all,
    };
  } finally {
    await headgate.stop();
  }
}

/** The stalls since it was asked last. */
async function ask({ child }: Headgate): Promise<Stalls> {
  const answer = once(child, 'message');
  child.send('stalls');
  const [stalls] = (await answer) as [Stalls];
  return stalls;
}

/** Who is measured, by name. */
import { type Started, startProxy } from './processes.ts';
import { startHeadgate } from './proxies/headgate.ts';
import type { Settings } from './settings.ts';

/** Pipes both ways and does none of our work. */
export const YARDSTICK = 'bare';
export const PRODUCT = 'headgate';
const BEFORE = 'before';

const CONTENDERS: Readonly<Record<string, (upstreamUrl: string) => Promise<Started>>> = {
  [YARDSTICK]: (url) => startProxy('proxies/bare.ts', url),
  'plain http-proxy-middleware': (url) => startProxy('proxies/plain.ts', url),
  'hop alone': (url) => startProxy('proxies/hop.ts', url),
  [PRODUCT]: (url) => startHeadgate(url),
};

/** Who is asked for; the yardstick always. */
export const everybody = ({ before, proxies }: Settings): readonly string[] => [
  ...Object.keys(CONTENDERS).filter((name) => name === YARDSTICK || (proxies?.includes(name) ?? true)),
  ...(before === null ? [] : [BEFORE]),
];

/** Starts those named, gives them to `measure`, and ends them whatever comes of it. */
export async function withContenders<T>(
  names: readonly string[],
  upstreamUrl: string,
  { before }: Settings,
  measure: (contenders: ReadonlyMap<string, Started>) => Promise<T>,
): Promise<T> {
  const started = new Map<string, Started>();
  try {
    for (const name of names) {
      const start = name === BEFORE && before !== null ? (url: string) => startHeadgate(url, { tree: before }) : CONTENDERS[name];
      if (!start) throw new Error(`there is no contender ${name}`);
      started.set(name, await start(upstreamUrl));
    }
    return await measure(started);
  } finally {
    await Promise.all([...started.values()].map((one) => one.stop()));
  }
}

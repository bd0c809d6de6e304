/** The upstream of the demo: it answers as slowly as a model does, and is not always well. */
import { createRandomness } from '../randomness.ts';
import { createSimulator, type Simulator } from '../simulator.ts';
import { DEMO_ACCOUNTS, NEWCOMER } from './demo-accounts.ts';
import { createDemoAnswers } from './demo-answers.ts';

/** How fast the model speaks. */
export interface DemoPace {
  readonly firstEventMs: number;
  readonly msPerEvent: number;
}

/** With all accounts, the one that is still to be added among them. */
export async function startDemoUpstream(now?: () => number): Promise<Simulator> {
  const upstream = await createSimulator(now ? { now } : {});
  for (const account of [...DEMO_ACCOUNTS, NEWCOMER]) upstream.addAccount(account);
  upstream.reply(createDemoAnswers(createRandomness().chance));
  return upstream;
}

/** From now on. Small shares of requests meet a fault, so that there are retries to be seen. */
export function beginDemoWeather(upstream: Simulator, { firstEventMs, msPerEvent }: DemoPace): void {
  upstream.fault(null, { action: { kind: 'overloaded' }, probability: 0.02 });
  upstream.fault(null, { action: { kind: 'server_error', status: 503 }, probability: 0.01 });
  upstream.fault(null, { action: { kind: 'client_error', why: 'prompt_too_long' }, probability: 0.003 });
  upstream.fault(null, { action: { kind: 'slow', msPerEvent, firstMs: firstEventMs }, times: null });
}

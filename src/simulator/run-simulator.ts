/** The simulator as a program of its own: with accounts to approve as, and the addresses to configure a product with. */
import { DEMO_ACCOUNTS } from './demo/demo-accounts.ts';
import type { Drill } from './drills/drill-schema.ts';
import { createSimulator, type Simulator } from './simulator.ts';

export interface RunSimulatorOptions {
  readonly port: number;
  /** Default: 127.0.0.1. */
  readonly host?: string;
  /** Played from the start; null: the accounts of the demo, and all is well. */
  readonly drill: Drill | null;
  /** Gets one line after the other of what a person has to know. */
  readonly log: (line: string) => void;
}

/** Runs until it is closed. It reads token requests of both formats. @throws Error when the address cannot be listened on */
export async function runSimulator({ port, host, drill, log }: RunSimulatorOptions): Promise<Simulator> {
  const simulator = await createSimulator({ port, ...(host === undefined ? {} : { host }), tokenRequestFormat: 'both' });
  const { url, clientId } = simulator;
  log(`Claude API      ${url}`);
  log(`Authorize page  ${url}/oauth/authorize`);
  log(`Token endpoint  ${url}/v1/oauth/token`);
  log(`Paste page      ${url}/oauth/code/callback`);
  log(`Client id       ${clientId}`);
  log(`Control         POST ${url}/_simulator/…`);
  if (drill) simulator.play(drill, (what) => log(`${new Date().toISOString().slice(11, 19)} UTC    ${what}`));
  else for (const account of DEMO_ACCOUNTS) simulator.addAccount(account);
  log(
    `Accounts        ${simulator
      .accounts()
      .map(({ name }) => name)
      .join(', ')}`,
  );
  return simulator;
}

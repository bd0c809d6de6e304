/** The simulator as a program of its own: with accounts to approve as, and the addresses to configure a product with. */
import type { NewAccount } from './accounts.ts';
import { DEMO_ACCOUNTS } from './demo-accounts.ts';
import { createSimulator, type Simulator } from './simulator.ts';

export interface RunSimulatorOptions {
  readonly port: number;
  /** Default: 127.0.0.1. */
  readonly host?: string;
  /** Default: those of the demo. */
  readonly accounts?: readonly NewAccount[];
  /** Gets one line after the other of what a person has to know. */
  readonly log: (line: string) => void;
}

/** Runs until it is closed. It reads token requests of both formats. @throws Error when the address cannot be listened on */
export async function runSimulator({ port, host, accounts = DEMO_ACCOUNTS, log }: RunSimulatorOptions): Promise<Simulator> {
  const simulator = await createSimulator({ port, ...(host === undefined ? {} : { host }), tokenRequestFormat: 'both' });
  for (const account of accounts) simulator.addAccount(account);
  const { url, clientId } = simulator;
  log(`Claude API      ${url}`);
  log(`Authorize page  ${url}/oauth/authorize`);
  log(`Token endpoint  ${url}/v1/oauth/token`);
  log(`Paste page      ${url}/oauth/code/callback`);
  log(`Client id       ${clientId}`);
  log(`Accounts        ${accounts.map(({ name }) => name).join(', ')}`);
  log(`Control         POST ${url}/_simulator/…`);
  return simulator;
}

/** A simulator with one account, whose next reply is struck by a fault. */
import type { FaultInput } from '../../../src/simulator/faults/fault-script.ts';
import { createSimulator, type Simulator } from '../../../src/simulator/simulator.ts';
import { openRaw } from '../../support/raw-client.ts';
import { aPrompt, ask } from './simulator-client.ts';

export type Action = FaultInput['action'];

export interface StruckSimulator {
  readonly simulator: Simulator;
  readonly token: string;
  /** The reply to a message that meets the fault. */
  met(action: Action, over?: object): Promise<Response>;
  /** A request, byte for byte. */
  readonly requestText: string;
  /** The head and the body of a reply as the socket had them, byte for byte. */
  onTheWire(action: Action): Promise<string>;
}

export async function struckSimulator(now: () => number): Promise<StruckSimulator> {
  const simulator = await createSimulator({ now });
  simulator.addAccount({ name: 'ada' });
  const token = simulator.issueTokens('ada').accessToken;
  const body = JSON.stringify(aPrompt);
  const requestText = [
    'POST /v1/messages HTTP/1.1',
    'host: simulator',
    `authorization: Bearer ${token}`,
    'anthropic-version: 2023-06-01',
    'anthropic-beta: oauth-2025-04-20',
    `content-length: ${body.length}`,
    '',
    body,
  ].join('\r\n');
  return {
    simulator,
    token,
    requestText,
    met(action, over = {}) {
      simulator.fault('ada', { action });
      return ask(simulator, token, { body: { ...aPrompt, ...over } });
    },
    async onTheWire(action) {
      simulator.fault('ada', { action });
      const connection = await openRaw(simulator.url);
      connection.send(requestText.replace('host:', 'connection: close\r\nhost:'));
      return (await connection.closed).text;
    },
  };
}

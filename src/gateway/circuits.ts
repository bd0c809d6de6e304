/** The circuits before the upstream: one for connections, one for each model family. */

import { upstreamFaults } from '../core/breaker-facts.ts';
import { type Admission, CircuitBreaker, type CircuitState } from '../core/circuit-breaker.ts';
import { isFamilyName } from '../core/model-family.ts';
import type { AttemptOutcome } from '../core/reply-facts.ts';
import type { EpochMs, Now } from '../core/time.ts';

/** The right to make a request's first attempt. Settled once. */
export interface Passage {
  /** How that attempt ended; null when it says nothing about the upstream. `client` names who asked. */
  settle(outcome: AttemptOutcome | null, client: string): void;
}

export interface Circuits {
  /** A passage, or until when the circuit is open. */
  admit(family: string | null): Passage | { readonly openUntil: EpochMs };
  /** Every circuit that exists, for the metrics. */
  states(): readonly { readonly circuit: string; readonly state: CircuitState }[];
}

const CONNECTIONS = 'connections';
/** Model ids are the client's to choose; circuits are not. */
const circuitOf = (family: string | null): string => (family === null ? 'none' : isFamilyName(family) ? family : 'other');

export function createCircuits(now: Now): Circuits {
  const breakers = new Map<string, CircuitBreaker>();
  const breakerOf = (circuit: string): CircuitBreaker => {
    const known = breakers.get(circuit);
    if (known) return known;
    const made = new CircuitBreaker();
    breakers.set(circuit, made);
    return made;
  };

  return {
    admit(family) {
      const connections = breakerOf(CONNECTIONS);
      const service = breakerOf(circuitOf(family));
      const first = connections.admit(now());
      if (first.kind === 'open') return { openUntil: first.until };
      const second = service.admit(now());
      if (second.kind === 'open') {
        connections.noteNothing(first.kind === 'probe');
        return { openUntil: second.until };
      }
      return passage(now, { breaker: connections, admission: first }, { breaker: service, admission: second });
    },
    states: () => [...breakers].map(([circuit, breaker]) => ({ circuit, state: breaker.state(now()) })),
  };
}

interface Way {
  readonly breaker: CircuitBreaker;
  readonly admission: Admission;
}

function passage(now: Now, connections: Way, service: Way): Passage {
  let settled = false;
  const note = ({ breaker, admission }: Way, word: 'fine' | 'fault' | null, client: string) => {
    const wasProbe = admission.kind === 'probe';
    if (word === null) breaker.noteNothing(wasProbe);
    else breaker.note(now(), client, word === 'fault', wasProbe);
  };
  return {
    settle(outcome, client) {
      if (settled) return;
      settled = true;
      const faults = outcome ? upstreamFaults(outcome) : { connection: null, service: null };
      note(connections, faults.connection, client);
      note(service, faults.service, client);
    },
  };
}

/** The two far ends: can they be reached, and do their clocks and ours agree? */
import type { DurationMs, EpochMs } from '../../core/time.ts';
import { about, type Finding } from './finding.ts';

export interface ReachFacts {
  readonly url: string;
  readonly outcome:
    | {
        readonly kind: 'answered';
        readonly status: number;
        /** The reply's `Date`; null when it had none that can be read. */
        readonly date: EpochMs | null;
        readonly sentAt: EpochMs;
        readonly receivedAt: EpochMs;
      }
    | { readonly kind: 'failed'; readonly stage: Stage; readonly code: string };
}

export type Stage = 'dns' | 'connect' | 'tls' | 'timeout';

const CURES: Readonly<Record<Stage, { readonly what: string; readonly remedy: string }>> = {
  dns: { what: 'its name does not resolve', remedy: 'Check the name server of this machine, and the name in the configuration.' },
  connect: { what: 'no connection', remedy: 'Check the network, firewall and proxy between this machine and it.' },
  tls: {
    what: 'its certificate is not trusted, or TLS fails',
    remedy:
      'If something between intercepts TLS, NODE_EXTRA_CA_CERTS names its certificate authority. Check the clock of this machine, too.',
  },
  timeout: { what: 'no answer in time', remedy: 'Check the network, firewall and proxy between this machine and it.' },
};

/** Any answer shows that it can be reached: nothing was asked for that it would have to grant. */
export function checkReach(name: string, { url, outcome }: ReachFacts): Finding {
  const { ok, warning, problem } = about(name);
  if (outcome.kind === 'failed') {
    const { what, remedy } = CURES[outcome.stage];
    return problem(`${url} cannot be reached: ${what} (${outcome.code}).`, remedy);
  }
  const tookMs = Math.max(0, outcome.receivedAt - outcome.sentAt);
  if (outcome.status >= 500)
    return warning(
      `${url} is reached and answers ${outcome.status}.`,
      'It is in trouble itself: wait, or look at its status page.',
    );
  return ok(`${url} is reached in ${tookMs} ms.`);
}

/** `Date` has whole seconds, and the way there and back is not known: less than this says nothing. */
const UNCLEAR_MS: DurationMs = 2_000;
/** Resets of quota windows are told as instants: so far off, accounts come back visibly early or late. */
const OFF_MS: DurationMs = 30_000;
/** Certificates and signed requests are refused about here. */
const FAR_OFF_MS: DurationMs = 300_000;

const REMEDY = 'Let the machine follow a time server: timedatectl set-ntp true';

/** Null when the far end told no time. */
export function checkClock({ outcome }: ReachFacts): Finding | null {
  if (outcome.kind === 'failed' || outcome.date === null) return null;
  const { ok, warning, problem } = about('clock');
  const { date, sentAt, receivedAt } = outcome;
  // A reply is dated somewhere between asking and hearing, and its seconds are cut off.
  const offMs = (sentAt + receivedAt) / 2 - (date + 500);
  const size = Math.abs(offMs);
  if (size <= UNCLEAR_MS + (receivedAt - sentAt) / 2) return ok('As that of the upstream.');
  const said = `${Math.round(size / 1000)} s ${offMs > 0 ? 'ahead of' : 'behind'} the upstream`;
  if (size > FAR_OFF_MS)
    return problem(`This machine is ${said}: quota resets, tokens and certificates are judged wrong.`, REMEDY);
  if (size > OFF_MS) return warning(`This machine is ${said}: accounts come back from their limits too early or late.`, REMEDY);
  return ok(`This machine is ${said}, which does no harm.`);
}

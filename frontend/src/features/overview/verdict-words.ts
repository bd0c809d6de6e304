/** What the verdict says beside its one word: how many serve, whom somebody has to see to, and who comes back by itself. Pure. */
import type { Statistics } from '@/api/statistics.ts';
import { plural } from '@/lib/format.ts';

type Named = Statistics['absent_accounts'][number]['account'];

export interface VerdictWords {
  readonly serving: string;
  /** Null when nobody needs a person. `more`: how many besides those that are named. */
  readonly needsPerson: { readonly words: string; readonly named: readonly Named[]; readonly more: number } | null;
  readonly comingBack: readonly { readonly account: Named; readonly until: string }[];
  /** How many more come back by themselves than are named. */
  readonly moreComingBack: number;
}

/** Of each kind; the list of accounts below names all. */
const MOST_NAMED = 3;

export function verdictWords(statistics: Statistics): VerdictWords {
  const { absent_accounts: absent, invalid_accounts: invalid, rate_limited_accounts: limited } = statistics;
  const needy = absent.flatMap(({ account, until }) => (until === null ? [account] : [])).slice(0, MOST_NAMED);
  const comingBack = absent.flatMap(({ account, until }) => (until === null ? [] : [{ account, until }])).slice(0, MOST_NAMED);
  return {
    serving: servingWords(statistics),
    needsPerson:
      invalid === 0
        ? null
        : { words: `${plural(invalid, 'account needs', 'accounts need')} you`, named: needy, more: invalid - needy.length },
    comingBack,
    moreComingBack: Math.max(0, limited - comingBack.length),
  };
}

function servingWords({ total_accounts: total, inactive_accounts: inactive, active_accounts: serving }: Statistics): string {
  const inUse = total - inactive;
  if (total === 0) return 'There is no account yet.';
  if (inUse === 0) return total === 1 ? 'The only account is switched off.' : `All ${total} accounts are switched off.`;
  if (inUse === 1) return `The only account in use ${serving === 1 ? 'can' : 'cannot'} serve.`;
  if (serving === inUse) return `All ${inUse} accounts in use can serve.`;
  return `${serving === 0 ? 'None' : serving === 1 ? 'Only 1' : serving} of ${inUse} accounts in use can serve.`;
}

/** Scripted misbehaviour: what an account, or the token endpoint, does instead of answering well. */
import type { z } from 'zod';
import type { Action } from './action.ts';
import { actionOf } from './catalogue.ts';
import { faultSchema, tokenFaultSchema } from './fault-schemas.ts';

export type FaultInput = z.input<typeof faultSchema>;
export type TokenFault = z.output<typeof tokenFaultSchema>;
export type TokenFaultInput = z.input<typeof tokenFaultSchema>;

type Fault = z.output<typeof faultSchema>;

interface Scripted<T> {
  readonly fault: T;
  /** Null: any. */
  readonly account: string | null;
  readonly addedAt: number;
  left: number;
}

/** Takes the first entry that fits, and uses it up by one. */
function takeFirst<T>(list: Scripted<T>[], fits: (entry: Scripted<T>) => boolean): Scripted<T> | null {
  const index = list.findIndex(fits);
  const entry = list[index];
  if (!entry) return null;
  entry.left -= 1;
  if (entry.left <= 0) list.splice(index, 1);
  return entry;
}

const timesOf = ({ times, forSeconds, probability }: Fault): number => {
  if (times === undefined) return forSeconds === undefined && probability === 1 ? 1 : Number.POSITIVE_INFINITY;
  return times ?? Number.POSITIVE_INFINITY;
};

export interface Struck {
  readonly account: string;
  readonly path: string;
  readonly model: string;
}

export interface FaultScript {
  /** `account`: null for every one. @throws ZodError for what is no fault */
  add(account: string | null, fault: FaultInput): void;
  /** The first fault that fits the request and comes up. */
  take(struck: Struck): Action | null;
  /** @throws ZodError for what is no fault */
  addTokenFault(fault: TokenFaultInput): void;
  takeTokenFault(grant: string, account: string | null): TokenFault | null;
  /** Everything, or what was scripted for one account. */
  clear(account?: string): void;
}

export interface FaultScriptOptions {
  readonly now: () => number;
  /** From 0 up to 1. */
  readonly chance: () => number;
}

export function createFaultScript({ now, chance }: FaultScriptOptions): FaultScript {
  let faults: Scripted<Fault>[] = [];
  let tokenFaults: Scripted<TokenFault>[] = [];

  const fits = ({ fault, account, addedAt }: Scripted<Fault>, struck: Struck): boolean =>
    (account ?? struck.account) === struck.account &&
    struck.path.includes(fault.path) &&
    struck.model.includes(fault.model) &&
    (fault.forSeconds === undefined || now() < addedAt + fault.forSeconds * 1000) &&
    (fault.probability === 1 || chance() < fault.probability);

  return {
    add(account, input) {
      const fault = faultSchema.parse(input);
      faults.push({ fault, account, addedAt: now(), left: timesOf(fault) });
    },
    take(struck) {
      const entry = takeFirst(faults, (candidate) => fits(candidate, struck));
      return entry && actionOf(entry.fault.action, { addedAt: entry.addedAt, now: now() });
    },
    addTokenFault(input) {
      const fault = tokenFaultSchema.parse(input);
      tokenFaults.push({ fault, account: fault.account ?? null, addedAt: now(), left: fault.times ?? Number.POSITIVE_INFINITY });
    },
    takeTokenFault: (grant, account) =>
      takeFirst(tokenFaults, (entry) => (entry.fault.grant ?? grant) === grant && (entry.account ?? account) === account)
        ?.fault ?? null,
    clear(account) {
      const stays = (entry: { readonly account: string | null }): boolean => account !== undefined && entry.account !== account;
      faults = faults.filter(stays);
      tokenFaults = tokenFaults.filter(stays);
    },
  };
}

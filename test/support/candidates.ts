/** Accounts as selection sees them. */
import type { Account } from '../../src/core/account.ts';
import type { Candidate, SelectionQuery } from '../../src/core/eligibility.ts';
import type { Home } from '../../src/core/select-account.ts';
import { anAccount, HOUR, NOW } from './builders.ts';

/** Created in the order of their ids. */
export const accountNamed = (id: string, over: Partial<Account> = {}): Account =>
  anAccount({ id, name: id, createdAt: NOW - HOUR + id.charCodeAt(0), ...over });

export const aCandidate = (account: Account, over: Partial<Omit<Candidate, 'account'>> = {}): Candidate => ({
  account,
  inFlight: 0,
  lastUsedAt: null,
  onProbation: false,
  ...over,
});

export const candidatesNamed = (...ids: string[]): Candidate[] => ids.map((id) => aCandidate(accountNamed(id)));

export const aQuery = (over: Partial<SelectionQuery & { home: Home | null }> = {}): SelectionQuery & { home: Home | null } => ({
  now: NOW,
  family: null,
  tried: new Set(),
  notKind: null,
  only: null,
  evenOnProbation: false,
  home: null,
  ...over,
});

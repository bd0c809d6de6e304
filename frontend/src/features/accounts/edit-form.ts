/** The form of an account's settings, and the change that it asks for. Pure. */
import type { AccountView } from '@contract/accounts.ts';
import type { AccountChange } from '@/api/accounts.ts';

/** As it stands in the inputs: texts. */
export interface AccountForm {
  readonly name: string;
  readonly priority: string;
  readonly maxConcurrency: string;
  readonly maxUtilizationPercent: string;
  readonly allowOverage: 'configured' | 'yes' | 'no';
  readonly secret: string;
}

export const formOf = (account: AccountView): AccountForm => ({
  name: account.name,
  priority: String(account.priority),
  maxConcurrency: account.max_concurrency === null ? '' : String(account.max_concurrency),
  maxUtilizationPercent: account.max_utilization === null ? '' : String(Math.round(account.max_utilization * 100)),
  allowOverage: account.allow_overage === null ? 'configured' : account.allow_overage ? 'yes' : 'no',
  secret: '',
});

const numberOf = (text: string): number | null => (text.trim() === '' ? null : Number(text));

/** Only what differs from the account as it is: somebody else may be changing the rest. */
export function changeOf(account: AccountView, form: AccountForm): AccountChange {
  const before = formOf(account);
  const secret = form.secret.trim();
  const percent = numberOf(form.maxUtilizationPercent);
  const differs = (name: keyof AccountForm): boolean => form[name] !== before[name];
  return {
    ...(differs('name') && { name: form.name.trim() }),
    ...(differs('priority') && { priority: Number(form.priority) }),
    ...(differs('maxConcurrency') && { max_concurrency: numberOf(form.maxConcurrency) }),
    ...(differs('maxUtilizationPercent') && { max_utilization: percent === null ? null : percent / 100 }),
    ...(differs('allowOverage') && { allow_overage: form.allowOverage === 'configured' ? null : form.allowOverage === 'yes' }),
    ...(secret !== '' && (account.kind === 'api_key' ? { api_key: secret } : { access_token: secret })),
  };
}

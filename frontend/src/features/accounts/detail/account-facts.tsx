/** What is on record about an account, never its credential. */
import type { AccountView } from '@contract/accounts.ts';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { type Setting, settingsQuery } from '@/api/settings.ts';
import { CopyButton } from '@/components/copy-button.tsx';
import { Ago, Countdown, Instant } from '@/components/time.tsx';
import { Card, CardTitle } from '@/components/ui/card.tsx';
import { formatShare, formatWhole } from '@/lib/format.ts';
import { kindLabel } from '../account-cells.tsx';

type Fact = readonly [label: string, value: ReactNode];

/** What counts where the account has no limit of its own; null while that is not known. */
type ConfiguredLimit = (name: 'max_concurrency' | 'max_utilization' | 'allow_overage') => Setting['value'] | undefined;

/** The limit with where it comes from, so that nobody has to look it up. */
function limitOf<T extends number | boolean>(
  own: T | null,
  configured: Setting['value'] | undefined,
  show: (limit: T) => string,
): string {
  if (own !== null) return show(own);
  if (configured === undefined) return 'as configured';
  return `${configured === null ? 'no limit' : show(configured as T)}, as configured`;
}

const when = (at: string | null, otherwise: string): ReactNode => (at === null ? otherwise : <Instant at={at} />);

const credentialFacts = (account: AccountView): readonly Fact[] => [
  ['Kind', kindLabel(account.kind)],
  ['Token ends', account.expires_at === null ? 'not known' : <Countdown key="t" at={account.expires_at} over="expired" />],
  [
    'Login ends',
    account.login_expires_at === null ? (
      'has no login'
    ) : (
      <span key="l">
        <Instant at={account.login_expires_at} /> {account.login_expires_estimated && '(estimate)'}
      </span>
    ),
  ],
  ['Authorized', when(account.authorized_at, 'before this was noted')],
  ['Last refreshed', account.last_refreshed_at === null ? 'never' : <Ago key="r" at={account.last_refreshed_at} />],
  ...(account.last_refresh_error === null
    ? []
    : [
        [
          'Last refresh error',
          <span key="e" className="text-bad">
            <Ago at={account.last_refresh_error.at} />: {account.last_refresh_error.message}
          </span>,
        ] as const,
      ]),
];

const orderFacts = (account: AccountView, configured: ConfiguredLimit): readonly Fact[] => [
  ['Priority', formatWhole(account.priority)],
  ['Most requests at once', limitOf(account.max_concurrency, configured('max_concurrency'), formatWhole)],
  ['Share of its quota', limitOf(account.max_utilization, configured('max_utilization'), formatShare)],
  ['Paid overage', limitOf(account.allow_overage, configured('allow_overage'), (is) => (is ? 'allowed' : 'not allowed'))],
];

const useFacts = ({ counters, ...account }: AccountView): readonly Fact[] => [
  ['Last used', account.last_used_at === null ? 'never' : <Ago key="u" at={account.last_used_at} />],
  ['In flight', formatWhole(account.in_flight)],
  ['Attempts', `${formatWhole(counters.requests)}, ${formatWhole(counters.failures)} failed on it`],
  ['Tokens in', formatWhole(counters.input_tokens)],
  ['Tokens out', formatWhole(counters.output_tokens)],
  ['From caches', formatWhole(counters.cache_read_tokens)],
  ['Into caches', formatWhole(counters.cache_creation_tokens)],
];

const identityFacts = ({ email, organization, plan, created_at, updated_at }: AccountView): readonly Fact[] => [
  ['E-mail', email === null ? 'not known' : <Address key="m" email={email} />],
  ['Organization', organization.name ?? 'not known'],
  ['Plan', plan ?? 'not known'],
  ['Added', when(created_at, '')],
  ['Changed', when(updated_at, '')],
];

/** Where it has to be broken, it is before the server's name. */
function Address({ email }: { readonly email: string }) {
  const at = email.lastIndexOf('@');
  return (
    <>
      {email.slice(0, Math.max(0, at))}
      <wbr />
      {email.slice(Math.max(0, at))}
    </>
  );
}

export function AccountFacts({ account }: { readonly account: AccountView }) {
  const { data: settings } = useQuery(settingsQuery());
  const configured: ConfiguredLimit = (name) => settings?.data.find(({ key }) => key === `accounts.${name}`)?.value;
  const { id, email, organization, plan, kind } = account;
  const raw = JSON.stringify({ id, kind, email, organization, plan }, null, 2);
  return (
    <Card aria-label="Details" className="flex flex-col divide-y divide-border">
      <FactList title="Identity" facts={identityFacts(account)} />
      <FactList title="Credential" facts={credentialFacts(account)} />
      <FactList title="Use" facts={useFacts(account)} />
      <FactList title="Limits" facts={orderFacts(account, configured)} />
      <details className="p-4">
        <summary className="font-semibold text-sm">Raw identity</summary>
        <div className="mt-2 flex items-start justify-between gap-2">
          <pre className="min-w-0 whitespace-pre-wrap break-all font-mono text-xs">{raw}</pre>
          <CopyButton text={raw} label="Copy the identity" variant="ghost" iconOnly />
        </div>
      </details>
    </Card>
  );
}

function FactList({ title, facts }: { readonly title: string; readonly facts: readonly Fact[] }) {
  return (
    <div className="flex flex-col gap-2 p-4">
      <CardTitle>{title}</CardTitle>
      <dl className="grid grid-cols-[7rem_minmax(0,1fr)] sm:grid-cols-[8.5rem_minmax(0,1fr)] gap-x-3 gap-y-1 text-sm">
        {facts.map(([label, value]) => (
          <div key={label} className="contents">
            <dt className="text-subtle">{label}</dt>
            <dd className="break-words">{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

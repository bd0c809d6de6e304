/** What is on record about an account, never its credential. */
import type { AccountView } from '@contract/accounts.ts';
import type { ReactNode } from 'react';
import { CopyButton } from '@/components/copy-button.tsx';
import { Ago, Countdown, Instant } from '@/components/time.tsx';
import { Card, CardTitle } from '@/components/ui/card.tsx';
import { formatShare, formatWhole } from '@/lib/format.ts';
import { kindLabel } from '../account-cells.tsx';

type Fact = readonly [label: string, value: ReactNode];

const CONFIGURED = 'as configured';

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

const orderFacts = (account: AccountView): readonly Fact[] => [
  ['Priority', formatWhole(account.priority)],
  ['Most requests at once', account.max_concurrency === null ? CONFIGURED : formatWhole(account.max_concurrency)],
  ['Share of its quota', account.max_utilization === null ? CONFIGURED : formatShare(account.max_utilization)],
  ['Paid overage', account.allow_overage === null ? CONFIGURED : account.allow_overage ? 'allowed' : 'not allowed'],
];

const useFacts = ({ counters, ...account }: AccountView): readonly Fact[] => [
  ['Last used', account.last_used_at === null ? 'never' : <Ago key="u" at={account.last_used_at} />],
  ['In flight', formatWhole(account.in_flight)],
  ['Requests', `${formatWhole(counters.requests)}, ${formatWhole(counters.failures)} failed`],
  ['Tokens in', formatWhole(counters.input_tokens)],
  ['Tokens out', formatWhole(counters.output_tokens)],
  ['From caches', formatWhole(counters.cache_read_tokens)],
  ['Into caches', formatWhole(counters.cache_creation_tokens)],
];

const identityFacts = ({ email, organization, plan, created_at, updated_at }: AccountView): readonly Fact[] => [
  ['E-mail', email ?? 'not known'],
  ['Organization', organization.name ?? 'not known'],
  ['Plan', plan ?? 'not known'],
  ['Added', when(created_at, '')],
  ['Changed', when(updated_at, '')],
];

export function AccountFacts({ account }: { readonly account: AccountView }) {
  const { id, email, organization, plan, kind } = account;
  const raw = JSON.stringify({ id, kind, email, organization, plan }, null, 2);
  return (
    <Card aria-label="Details" className="flex flex-col divide-y divide-border">
      <FactList title="Identity" facts={identityFacts(account)} />
      <FactList title="Credential" facts={credentialFacts(account)} />
      <FactList title="Use" facts={useFacts(account)} />
      <FactList title="Limits" facts={orderFacts(account)} />
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
      <dl className="grid grid-cols-[8.5rem_minmax(0,1fr)] gap-x-3 gap-y-1 text-sm">
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

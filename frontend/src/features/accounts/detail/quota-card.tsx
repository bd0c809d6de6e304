/** The upstream's quota windows as they are now. */
import type { AccountView } from '@contract/accounts.ts';
import { Card, CardTitle } from '@/components/ui/card.tsx';
import { QuotaCell } from '../account-cells.tsx';

export function QuotaCard({ account }: { readonly account: AccountView }) {
  return (
    <Card aria-labelledby="quota-title" className="flex flex-col gap-3 p-4">
      <CardTitle id="quota-title">Quota windows</CardTitle>
      <QuotaCell account={account} />
    </Card>
  );
}

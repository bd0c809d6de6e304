/** Whether an attempt may have cost something: what decides that nothing is ever sent twice without need. Pure. */

/** The end of an attempt, as far as its price depends on it. */
export interface PricedEnd {
  readonly kind: string;
  readonly reply?: { readonly facts: { readonly status: number; readonly body: 'as_promised' | 'missing' } };
}

/** Served by the API, or begun for all we know. Refusals and what never arrived cost nothing. */
export function mayBeBilled({ kind, reply }: PricedEnd): boolean {
  if (!reply) return kind === 'broken' || kind === 'no_reply_in_time';
  const { status, body } = reply.facts;
  return status === 504 || (status >= 200 && status < 300 && body === 'as_promised');
}

/** The ways of choosing an account that are compared: each selection policy with conversations kept together, and a pick per request. */
import { type PolicyName, policyNames } from '../core/policies.ts';

export interface Contender {
  readonly name: string;
  readonly policy: PolicyName;
  /** Conversations stay with their account (`balancer.affinity: conversation`). */
  readonly keepsConversations: boolean;
}

export const contenders: readonly Contender[] = [
  ...policyNames.toReversed().map((policy) => ({ name: policy, policy, keepsConversations: true })),
  { name: 'round_robin/request', policy: 'round_robin', keepsConversations: false },
];

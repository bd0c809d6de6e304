/** The ways of choosing an account that are compared: the selection policies as they come, and two other settings of the balancer. */
import { type PolicyName, policyNames } from '../core/policies.ts';

export interface Contender {
  readonly name: string;
  readonly policy: PolicyName;
  /** `balancer.affinity: conversation`; else one pick per request. */
  readonly keepsConversations: boolean;
  /** `balancer.move_cold` */
  readonly moveCold: boolean;
}

/** The first one is what the others are measured against. */
export const contenders: readonly Contender[] = [
  { name: 'quota_aware/move_cold', policy: 'quota_aware', keepsConversations: true, moveCold: true },
  ...policyNames.toReversed().map((policy) => ({ name: policy, policy, keepsConversations: true, moveCold: false })),
  { name: 'round_robin/request', policy: 'round_robin', keepsConversations: false, moveCold: false },
];

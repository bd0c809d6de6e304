/** Three accounts of different health, for a first look at the product, and one more to add. */
import type { NewAccount } from '../accounts.ts';

export interface DemoAccount extends NewAccount {
  /** Its owner withdraws the approval as soon as it was added. */
  readonly isRevoked: boolean;
  /** For the person who looks: what there is to see. */
  readonly look: string;
}

const MINUTE = 60;
const DAY = 24 * 60 * MINUTE;

export const DEMO_ACCOUNTS: readonly DemoAccount[] = [
  {
    name: 'studio',
    email: 'studio@example.test',
    organization: 'Studio Nord',
    // An hour long, so that it never ends the demo.
    quota: {
      '5h': { limit: 4000, used: 1480, resetInSeconds: 35 * MINUTE, lengthSeconds: 60 * MINUTE },
      '7d': { limit: 60_000, used: 23_400, resetInSeconds: 3 * DAY },
      '7d_opus': { limit: 15_000, used: 9225, resetInSeconds: 3 * DAY },
    },
    isRevoked: false,
    look: 'serves; its windows move with the traffic',
  },
  {
    name: 'weekend',
    email: 'weekend@example.test',
    organization: 'Weekend Projects',
    quota: {
      '5h': { limit: 24, used: 24, resetInSeconds: 75, lengthSeconds: 150 },
      '7d': { limit: 9000, used: 5490, resetInSeconds: 2 * DAY },
    },
    isRevoked: false,
    look: 'counts down, comes back, and is used up again: its five hours are two and a half minutes here',
  },
  {
    name: 'old-laptop',
    email: 'old-laptop@example.test',
    organization: 'Old Laptop',
    isRevoked: true,
    look: 'was revoked by its owner and needs a login: authorize it again, approve as old-laptop, paste the code',
  },
];

export const NEWCOMER: DemoAccount = {
  name: 'atelier',
  email: 'atelier@example.test',
  organization: 'Atelier Süd',
  quota: {
    '5h': { limit: 4000, used: 200, resetInSeconds: 50 * MINUTE, lengthSeconds: 60 * MINUTE },
    '7d': { limit: 60_000, used: 2700, resetInSeconds: 5 * DAY },
  },
  isRevoked: false,
  look: 'is not there yet: add an account, approve as atelier, paste the code',
};

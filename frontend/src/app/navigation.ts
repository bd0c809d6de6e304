/** The pages, in the order of the navigation. */
import { Activity, Cable, Gauge, KeyRound, type LucideIcon, Settings2, UsersRound } from 'lucide-react';

export interface NavigationItem {
  readonly to: string;
  readonly label: string;
  readonly icon: LucideIcon;
}

export const navigation: readonly NavigationItem[] = [
  { to: '/', label: 'Overview', icon: Gauge },
  { to: '/accounts', label: 'Accounts', icon: UsersRound },
  { to: '/keys', label: 'API keys', icon: KeyRound },
  { to: '/sessions', label: 'Sessions', icon: Activity },
  { to: '/connect', label: 'Connect', icon: Cable },
  { to: '/settings', label: 'Settings', icon: Settings2 },
];

/** What every case is given. */
import type { Settings } from './settings.ts';

export interface BenchContext {
  readonly settings: Settings;
  readonly upstreamUrl: string;
  /** Tells whoever waits how far it is. */
  progress(text: string): void;
}

/** One line or row of bars of a chart. */
export interface Series {
  readonly label: string;
  /** A colour of the theme: the name of its custom property. */
  readonly color: '--accent' | '--bad' | '--warn' | '--ok' | '--subtle';
  /** Null where nothing is known. */
  readonly values: readonly (number | null)[];
  readonly shape: 'bars' | 'line' | 'steps';
}

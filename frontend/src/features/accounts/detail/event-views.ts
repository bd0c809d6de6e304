/** Which events of an account's history are shown together. */

export const eventViews = {
  all: { label: 'All', types: [] },
  status: {
    label: 'Status',
    types: [
      'created',
      'quota_rejected',
      'throttled',
      'credential_rejected',
      'cooldown_elapsed',
      'disabled',
      'enabled',
      'idle',
      'verified',
      'reauthorized',
      'mark_withdrawn',
      'limit_cleared',
    ],
  },
  refreshes: { label: 'Refreshes', types: ['refreshed', 'refresh_failed'] },
} as const satisfies Record<string, { readonly label: string; readonly types: readonly string[] }>;

export type EventView = keyof typeof eventViews;

import assert from 'node:assert/strict';
import { eventViews } from '../../../../../frontend/src/features/accounts/detail/event-views.ts';
import { eventFilterSchema } from '../../../../../src/contract/accounts.ts';

describe('the views of an account’s history', () => {
  for (const [name, { types }] of Object.entries(eventViews))
    it(`${name} asks for what the server takes`, () => {
      assert.ok(types.length === 0 || eventFilterSchema.safeParse({ type: types.join() }).success);
    });
});

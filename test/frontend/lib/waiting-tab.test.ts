import assert from 'node:assert/strict';
import { openWaitingTab } from '../../../frontend/src/lib/waiting-tab.ts';

function aTab() {
  const done: string[] = [];
  const window = {
    opener: 'the dashboard' as unknown,
    location: { replace: (address: string) => void done.push(address) },
    close: () => void done.push('closed'),
  };
  return { window, done };
}

describe('a tab that waits for its address', () => {
  it('has no way back to the page that opened it', () => {
    const { window } = aTab();
    openWaitingTab(() => window);
    assert.equal(window.opener, null);
  });

  it('goes where it is sent, or is closed', () => {
    const { window, done } = aTab();
    const tab = openWaitingTab(() => window);
    tab?.goTo('https://auth.example/');
    tab?.close();
    assert.deepEqual(done, ['https://auth.example/', 'closed']);
  });

  it('is none where the browser opens none', () =>
    assert.equal(
      openWaitingTab(() => null),
      null,
    ));
});

/** Which address shows which page. Each page is loaded when it is first opened. */
import { type ComponentType, lazy } from 'react';
import { BrowserRouter, Route, Routes } from 'react-router';
import { RequireSession } from '@/features/session/require-session.tsx';
import { SignInPage } from '@/features/session/sign-in-page.tsx';
import { NotFoundPage } from './not-found-page.tsx';
import { OverviewRoute } from './overview-route.tsx';
import { Shell } from './shell.tsx';

const page = <K extends string>(load: () => Promise<Record<K, ComponentType>>, name: K) =>
  lazy(async () => ({ default: (await load())[name] }));

const AccountsPage = page(() => import('@/features/accounts/accounts-page.tsx'), 'AccountsPage');
const AccountPage = page(() => import('@/features/accounts/detail/account-page.tsx'), 'AccountPage');
const ApiKeysPage = page(() => import('@/features/api-keys/api-keys-page.tsx'), 'ApiKeysPage');
const SessionsPage = page(() => import('@/features/sessions/sessions-page.tsx'), 'SessionsPage');
const ConnectPage = page(() => import('@/features/connect/connect-page.tsx'), 'ConnectPage');
const SettingsPage = page(() => import('@/features/settings/settings-page.tsx'), 'SettingsPage');

export function AppRoutes() {
  return (
    <BrowserRouter basename="/ui">
      <Routes>
        <Route path="/sign-in" element={<SignInPage />} />
        <Route
          element={
            <RequireSession>
              <Shell />
            </RequireSession>
          }
        >
          <Route index element={<OverviewRoute />} />
          <Route path="accounts" element={<AccountsPage />} />
          <Route path="accounts/:accountId" element={<AccountPage />} />
          <Route path="keys" element={<ApiKeysPage />} />
          <Route path="sessions" element={<SessionsPage />} />
          <Route path="connect" element={<ConnectPage />} />
          <Route path="settings" element={<SettingsPage />} />
          <Route path="*" element={<NotFoundPage />} />
        </Route>
      </Routes>
    </BrowserRouter>
  );
}

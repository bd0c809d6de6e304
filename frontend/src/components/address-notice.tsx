/** Says when the address in the lines for clients leads nowhere from other machines, and how that is changed. */
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { settingsQuery } from '@/api/settings.ts';
import { Notice } from '@/components/notice.tsx';
import { type BaseUrl, baseUrlOf } from '@/lib/base-url.ts';

/** Where clients reach this server: as configured, else as this page did. */
export function useBaseUrl(): BaseUrl {
  const settings = useQuery(settingsQuery());
  const publicUrl = settings.data?.data.find(({ key }) => key === 'server.public_url')?.value;
  return baseUrlOf(typeof publicUrl === 'string' ? publicUrl : null, location.origin);
}

export function AddressNotice({ base }: { readonly base: BaseUrl }) {
  if (!base.isThisMachineOnly) return null;
  return (
    <Notice tone="info" title="The lines work on this machine only">
      <code className="font-mono">{new URL(base.url).hostname}</code> is this machine, whoever asks. For others, let Headgate
      listen on the network (<code className="font-mono">server.host</code>, in the configuration) and set{' '}
      <code className="font-mono">server.public_url</code> to the address that they reach it by, in the{' '}
      <Link to="/settings" className="text-accent underline underline-offset-2">
        settings
      </Link>
      .
    </Notice>
  );
}

/** Under which address clients are told to reach this server. Pure. */

export interface BaseUrl {
  readonly url: string;
  /** Nobody on another machine gets anywhere with it. */
  readonly isThisMachineOnly: boolean;
}

const LOOPBACK = /^(localhost|.*\.localhost|127(\.\d{1,3}){3}|\[::1\])$/i;

/**
 * @param publicUrl the setting `server.public_url`; null while there is none
 * @param origin where this page was opened: an address that works at least for who looks at it
 */
export function baseUrlOf(publicUrl: string | null, origin: string): BaseUrl {
  const url = publicUrl === null ? origin : publicUrl.replace(/\/$/, '');
  return { url, isThisMachineOnly: LOOPBACK.test(new URL(url).hostname) };
}

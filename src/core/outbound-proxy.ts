/** The way out where only a proxy leads there: for the upstream and the token endpoint. What is on this machine is always reached directly. */

/** As Node's agents take it: the variables that other programs read from their environment. */
export interface OutboundProxy {
  readonly HTTPS_PROXY: string;
  readonly NO_PROXY: string;
}

const THIS_MACHINE = ['localhost', '127.0.0.1-127.255.255.255', '::1', '[::1]'];

/** @param direct hosts that need no proxy, as NO_PROXY lists them */
export const outboundProxy = (url: string | undefined, direct: readonly string[]): OutboundProxy | null =>
  url === undefined ? null : { HTTPS_PROXY: url, NO_PROXY: [...THIS_MACHINE, ...direct].join(',') };

export const isSameWay = (a: OutboundProxy | null, b: OutboundProxy | null): boolean =>
  a?.HTTPS_PROXY === b?.HTTPS_PROXY && a?.NO_PROXY === b?.NO_PROXY;

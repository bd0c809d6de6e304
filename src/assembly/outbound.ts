/** Keeps everything that goes out on the way that the configuration names now. */
import http from 'node:http';
import { derived, type LiveConfig } from '../config/live-config.ts';
import type { Config } from '../config/schema.ts';
import { isSameWay, type OutboundProxy, outboundProxy } from '../core/outbound-proxy.ts';

/** The proxy of the configuration in force. */
export const outboundProxyOf = (config: () => Config): (() => OutboundProxy | null) =>
  derived(config, ({ claude }) => outboundProxy(claude.proxyUrl, claude.noProxy));

/** Refreshes, logins and probes by the way that the configuration names, whenever it changes. Returns what ends that. */
export function routeFetches(live: LiveConfig): () => void {
  const proxy = outboundProxyOf(live.current);
  let used = proxy();
  let undo = fetchThrough(used);
  live.onChange(() => {
    const latest = proxy();
    if (isSameWay(latest, used)) return;
    undo();
    used = latest;
    undo = fetchThrough(latest);
  });
  return () => undo();
}

/** Sends what `fetch` asks for through the proxy, until another call says otherwise. Returns what undoes it. */
export const fetchThrough = (proxy: OutboundProxy | null): (() => void) =>
  proxy === null ? () => undefined : http.setGlobalProxyFromEnv({ ...proxy });

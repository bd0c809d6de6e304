/** The configuration: its faults, and what in it deserves a second thought. */
import type { ConfigFault } from '../../config/faults.ts';
import { isLoopbackHost } from '../../config/network-values.ts';
import type { Config } from '../../config/schema.ts';
import { about, type Finding } from './finding.ts';

const { ok, note, warning, problem } = about('configuration');

export const faultFindings = (faults: readonly ConfigFault[]): readonly Finding[] =>
  faults.map(({ source, line, key, found, allowed, hint }) =>
    problem(
      `${line === undefined ? source : `${source}:${line}`}: ${key} is ${found}.`,
      `Allowed is ${allowed}.${hint === undefined ? '' : ` ${hint}`}`,
    ),
  );

/** `file` is the one that was read; null when there is none. */
export function checkConfig({ server, auth, storage }: Config, file: string | null): readonly Finding[] {
  return [
    ok(file === null ? 'Fine: defaults and environment, no file.' : `${file} is fine.`),
    ...(isLoopbackHost(server.host) || server.trustedProxies.length > 0
      ? []
      : [
          warning(
            `server.host is ${server.host} and no TLS is in front: keys and prompts cross the network in clear.`,
            'Put a reverse proxy with TLS in front and name it in server.trusted_proxies, or listen on 127.0.0.1.',
          ),
        ]),
    ...(auth.requireClientKey
      ? []
      : [note('auth.require_client_key is false: every program on this machine may use the pool.', 'Set it to true.')]),
    ...(storage.encryptionKey.length > 0
      ? []
      : [
          note(
            'Credentials lie in clear in the data folder, readable by its owner only.',
            'storage.encryption_key seals them: see docs/operations.md.',
          ),
        ]),
  ];
}

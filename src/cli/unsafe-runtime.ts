/** Switches of Node that take away what the security of a server rests on. Whoever set them may not know that they reach Headgate. */
import { url as inspectorUrl } from 'node:inspector';
import { CommandError } from './output.ts';

export interface RuntimeFacts {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Node's own arguments, `process.execArgv`. */
  readonly nodeArguments: readonly string[];
  /** Where a debugger can attach; undefined where none can. */
  readonly debuggerUrl: string | undefined;
}

/** What must not be, each as a sentence with its remedy. */
export function runtimeFaults(
  { environment, nodeArguments, debuggerUrl }: RuntimeFacts,
  { mayDebug }: { readonly mayDebug: boolean },
): readonly string[] {
  // Node takes underscores for hyphens in the names of its options.
  const options = [...nodeArguments, environment['NODE_OPTIONS'] ?? ''].join(' ').replaceAll('_', '-');
  return [
    ...(environment['NODE_TLS_REJECT_UNAUTHORIZED'] === '0'
      ? [
          'NODE_TLS_REJECT_UNAUTHORIZED=0 would send credentials to anybody who says to be the upstream. Remove it; NODE_EXTRA_CA_CERTS names a certificate authority of your own.',
        ]
      : []),
    ...(/(^|\s)--insecure-http-parser\b/.test(options)
      ? [
          '--insecure-http-parser would let requests be smuggled past every check. Remove it from the command line and NODE_OPTIONS.',
        ]
      : []),
    ...(debuggerUrl !== undefined && !mayDebug
      ? ['A debugger can attach, and read every credential. Remove --inspect, or say --allow-debugger.']
      : []),
  ];
}

/** @throws CommandError that lists every fault of this process */
export function refuseUnsafeRuntime(options: { readonly mayDebug: boolean }): void {
  const facts = { environment: process.env, nodeArguments: process.execArgv, debuggerUrl: inspectorUrl() };
  const faults = runtimeFaults(facts, options);
  if (faults.length > 0) throw new CommandError(['Headgate does not run like this:', ...faults].join('\n  '));
}

/** Whether the image and the compose file are well formed, and keep what they promise: the pinned Node, no root, nothing open to the network. */
import { join } from 'node:path';
import { DCLinter } from 'dclint';
import { validate } from 'dockerfile-utils';
import { parse } from 'yaml';
import { type Check, resultOf, type Violation } from './check.ts';
import { lineAt, readText } from './tree.ts';

const DOCKERFILE = 'Dockerfile';
const COMPOSE_FILE = 'compose.yaml';

export const containerCheck: Check = {
  name: 'container',
  run: (root) => resultOf(containerViolations(root), { count: 2, what: 'files' }),
};

export function containerViolations(root: string): Violation[] {
  return [...dockerfileViolations(root), ...composeViolations(root)];
}

function dockerfileViolations(root: string): Violation[] {
  const text = readText(root, DOCKERFILE);
  const node = readText(root, '.node-version').trim();
  const at = (offset: number) => `${DOCKERFILE}:${lineAt(text, offset)}`;
  const wellFormed = validate(text).map(
    ({ range, message }): Violation => ({
      rule: 'dockerfile-is-right',
      where: `${DOCKERFILE}:${range.start.line + 1}`,
      message: typeof message === 'string' ? message : message.value,
    }),
  );
  const otherNodes = [...text.matchAll(/^FROM\s+(\S+)/gm)]
    .filter(([, image = '']) => !image.startsWith(`node:${node}-`))
    .map(({ index, 1: image }): Violation => {
      const message = `${image} is not the Node of .node-version: node:${node}-…`;
      return { rule: 'image-has-the-pinned-node', where: at(index), message };
    });
  const last = text.slice(text.lastIndexOf('\nFROM '));
  const missing = [
    { rule: 'image-is-not-root', found: /^USER (?!root\b|0\b)\S+$/m, message: 'the last stage has no USER other than root' },
    { rule: 'image-tells-its-health', found: /^HEALTHCHECK /m, message: 'the last stage has no HEALTHCHECK' },
  ].filter(({ found }) => !found.test(last));
  return [...wellFormed, ...otherNodes, ...missing.map(({ rule, message }) => ({ rule, where: DOCKERFILE, message }))];
}

interface LintResult {
  readonly messages: readonly { readonly line: number; readonly message: string }[];
}

interface Compose {
  readonly services?: Readonly<Record<string, Service>>;
}

interface Service {
  readonly ports?: readonly string[];
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
}

function composeViolations(root: string): Violation[] {
  const linter = new DCLinter({ rules: {}, quiet: false, debug: false, exclude: [] });
  // The package's own types cannot be read by `nodenext`.
  const results = linter.lintFiles([join(root, COMPOSE_FILE)], false) as readonly LintResult[];
  const wellFormed = results
    .flatMap(({ messages }) => messages)
    .map(({ line, message }): Violation => ({ rule: 'compose-file-is-right', where: `${COMPOSE_FILE}:${line}`, message }));
  const { services = {} } = parse(readText(root, COMPOSE_FILE)) as Compose;
  return [...wellFormed, ...Object.entries(services).flatMap(([name, service]) => hardening(name, service))];
}

function hardening(name: string, { ports = [], read_only, cap_drop = [], security_opt = [] }: Service): Violation[] {
  const rules = [
    { holds: ports.every((port) => port.startsWith('127.0.0.1:')), message: 'publishes a port beyond this machine' },
    { holds: read_only === true, message: 'can write to its root file system' },
    { holds: cap_drop.includes('ALL'), message: 'keeps capabilities' },
    { holds: security_opt.includes('no-new-privileges:true'), message: 'may gain privileges' },
  ];
  return rules
    .filter(({ holds }) => !holds)
    .map(({ message }) => ({ rule: 'service-is-confined', where: COMPOSE_FILE, message: `${name} ${message}` }));
}

/** Finds what is wrong with a drill before anything of it is done. */
import type { z } from 'zod';
import { type Drill, drillSchema, type Scene } from './drill-schema.ts';

type Path = readonly (string | number)[];

export interface DrillFault {
  readonly path: Path;
  readonly message: string;
}

export type CheckedDrill =
  | { readonly kind: 'drill'; readonly drill: Drill }
  | { readonly kind: 'faulty'; readonly faults: readonly DrillFault[] };

/** `present`: names of the accounts that are there already. */
export function checkDrill(data: unknown, present: readonly string[] = []): CheckedDrill {
  const parsed = drillSchema.safeParse(data);
  const faults = parsed.success ? nameFaults(parsed.data, present) : parsed.error.issues.flatMap(faultsOf);
  return parsed.success && faults.length === 0 ? { kind: 'drill', drill: parsed.data } : { kind: 'faulty', faults };
}

/** `scenes[1].faults[0].action` */
export const writtenPath = (path: Path): string =>
  path.map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`)).join('');

function faultsOf(issue: z.core.$ZodIssue): DrillFault[] {
  const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: [...path, key], message: 'is not known here' }));
  if (issue.code === 'invalid_key') return [{ path, message: issue.issues[0]?.message ?? issue.message }];
  return [{ path, message: issue.message }];
}

function nameFaults(drill: Drill, present: readonly string[]): readonly DrillFault[] {
  const own = drill.accounts.map(({ name }) => name);
  const known = new Set([...present, ...own]);
  const twice = drill.accounts.flatMap(({ name }, index): DrillFault[] =>
    present.includes(name) || own.indexOf(name) < index
      ? [{ path: ['accounts', index, 'name'], message: `there is a simulated account "${name}" already` }]
      : [],
  );
  const scenes: readonly (readonly [Path, Scene])[] = [
    [[], drill],
    ...drill.scenes.map((scene, index): readonly [Path, Scene] => [['scenes', index], scene]),
  ];
  const unknown = scenes
    .flatMap(([at, scene]) => namesIn(scene).map(([path, name]) => ({ path: [...at, ...path], name })))
    .filter(({ name }) => name !== undefined && !known.has(name))
    .map(({ path, name }) => ({ path, message: `no account "${name}" here; there is ${[...known].join(', ') || 'none'}` }));
  return [...twice, ...unknown];
}

/** Every account that a scene names, and where. */
function namesIn(scene: Scene): readonly (readonly [Path, string | undefined])[] {
  const { quotas, faults, tokenFaults, revoke, expire, clearFaults } = scene;
  const named = { quotas, faults, tokenFaults };
  const listed = { revoke, expire, clearFaults: clearFaults === true ? [] : (clearFaults ?? []) };
  return [
    ...Object.entries(named).flatMap(([key, list]) =>
      list.map(({ account }, index): readonly [Path, string | undefined] => [[key, index, 'account'], account]),
    ),
    ...Object.entries(listed).flatMap(([key, list]) => list.map((name, index): readonly [Path, string] => [[key, index], name])),
  ];
}

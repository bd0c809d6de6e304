/** Who imports whom in a tree, and what follows from it: circles, and modules that nothing reaches. */
import { posix } from 'node:path';
import { type ImportSite, type ParsedModule, parseModule } from './parse-module.ts';
import { listFiles, readText } from './tree.ts';

/** One import: `from` names it at `line`; `target` is a path from the root for a module of the tree, else undefined. */
export interface ImportEdge {
  readonly from: string;
  readonly specifier: string;
  readonly line: number;
  readonly typeOnly: boolean;
  readonly target: string | undefined;
  /** `express` for `express/lib/x`, `node:fs` for `node:fs/promises`; undefined for a path. */
  readonly packageName: string | undefined;
}

export interface ImportGraph {
  readonly modules: ReadonlyMap<string, ParsedModule>;
  readonly edges: readonly ImportEdge[];
}

const MODULE = /\.(ts|tsx|mts|mjs|js)$/;

/** Reads every module of the folders. */
export function readImportGraph(root: string, folders: readonly string[]): ImportGraph {
  const files = listFiles(root).filter((file) => MODULE.test(file) && folders.some((folder) => file.startsWith(`${folder}/`)));
  const modules = new Map(files.map((file) => [file, parseModule(file, readText(root, file))]));
  const edges = [...modules].flatMap(([from, { imports }]) => imports.map((site) => edgeOf(from, site)));
  return { modules, edges };
}

function edgeOf(from: string, { name: specifier, line, typeOnly }: ImportSite): ImportEdge {
  const target = targetOf(from, specifier);
  return { from, specifier, line, typeOnly, target, packageName: target === undefined ? packageOf(specifier) : undefined };
}

/** What the dashboard's compiler and bundler take for the beginning of a path. */
const ALIASES: Readonly<Record<string, string>> = { '@/': 'frontend/src/', '@contract/': 'src/contract/' };

function targetOf(from: string, specifier: string): string | undefined {
  const isPath = /^\.{0,2}\//.test(specifier) || specifier === '.' || specifier === '..';
  if (isPath) return posix.join(posix.dirname(from), specifier);
  const alias = Object.keys(ALIASES).find((start) => specifier.startsWith(start));
  return alias === undefined ? undefined : posix.join(ALIASES[alias] ?? '', specifier.slice(alias.length));
}

function packageOf(specifier: string): string {
  const parts = specifier.split('/');
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}

/** The modules that `entries` reach, the entries among them. */
export function reachable({ edges }: ImportGraph, entries: readonly string[]): Set<string> {
  const reached = new Set<string>();
  const waiting = [...entries];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    for (const { from, target } of edges) if (from === file && target !== undefined) waiting.push(target);
  }
  return reached;
}

/** One circle of imports for every knot of modules, each as a path that ends where it began. Type-only imports count. */
export function findCycles(graph: ImportGraph): string[][] {
  const next = new Map<string, string[]>();
  for (const { from, target } of graph.edges) {
    if (target !== undefined && graph.modules.has(target)) next.set(from, [...(next.get(from) ?? []), target]);
  }
  const cycles: string[][] = [];
  const inCycle = new Set<string>();
  for (const start of graph.modules.keys()) {
    const cycle = inCycle.has(start) ? undefined : shortestWayBack(start, next);
    if (cycle === undefined) continue;
    cycles.push(cycle);
    for (const file of cycle) inCycle.add(file);
  }
  return cycles;
}

function shortestWayBack(start: string, next: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const cameFrom = new Map<string, string>();
  const waiting = [start];
  for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
    for (const target of next.get(file) ?? []) {
      if (target === start) return [...wayTo(file, cameFrom), start];
      if (cameFrom.has(target)) continue;
      cameFrom.set(target, file);
      waiting.push(target);
    }
  }
  return undefined;
}

function wayTo(file: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const way = [file];
  for (let before = cameFrom.get(file); before !== undefined; before = cameFrom.get(before)) way.unshift(before);
  return way;
}

/** Holds the product's imports to the rules of `architecture-rules.ts`. */
import { isBuiltin } from 'node:module';
import {
  entryPoints,
  environmentReaders,
  type ImportRule,
  importRules,
  impureNames,
  livingOrphans,
  packageOwners,
  productFolders,
  pureMembers,
  separateFeatures,
} from './architecture-rules.ts';
import { type Check, resultOf, type Violation } from './check.ts';
import { findCycles, type ImportEdge, type ImportGraph, reachable, readImportGraph } from './import-graph.ts';
import { exists, matches, readText } from './tree.ts';

export const architectureCheck: Check = {
  name: 'architecture',
  run: (root) => {
    const graph = readProduct(root);
    return resultOf(architectureViolations(root, graph), { count: graph.modules.size, what: 'modules' });
  },
};

const readProduct = (root: string): ImportGraph => readImportGraph(root, Object.keys(productFolders));

/** Every breach of an architecture rule in the product code at `root`. */
export function architectureViolations(root: string, graph: ImportGraph = readProduct(root)): Violation[] {
  return [
    ...importRules.flatMap((rule) => breaches(rule, graph)),
    ...entangledFeatures(graph),
    ...misplacedPackages(graph),
    ...undeclaredPackages(graph, root),
    ...impureCore(graph),
    ...strayEnvironmentReads(graph),
    ...cycles(graph),
    ...orphans(graph),
  ];
}

const placeOf = ({ from, line }: ImportEdge): string => `${from}:${line}`;

function breaches({ name, from, except = [], forbids, allows = [], cure }: ImportRule, { edges }: ImportGraph): Violation[] {
  return edges
    .filter((edge) => matches(edge.from, from) && !matches(edge.from, except))
    .filter(({ target }) => target === undefined || !matches(target, allows))
    .filter(({ target }) => forbids === undefined || (target !== undefined && matches(target, forbids)))
    .map((edge) => ({ rule: name, where: placeOf(edge), message: `imports ${edge.target ?? edge.specifier}: ${cure}` }));
}

function misplacedPackages({ edges }: ImportGraph): Violation[] {
  return edges.flatMap((edge) => {
    const owners = edge.packageName === undefined ? undefined : packageOwners[edge.packageName];
    if (owners === undefined || matches(edge.from, owners)) return [];
    const message = `imports ${edge.packageName}: only ${owners.join(', ')} may`;
    return [{ rule: 'one-owner-per-package', where: placeOf(edge), message }];
  });
}

function entangledFeatures({ edges }: ImportGraph): Violation[] {
  const featureOf = (file: string): string | undefined =>
    file.startsWith(separateFeatures) ? file.slice(separateFeatures.length).split('/', 1)[0] : undefined;
  return edges
    .filter(({ from, target }) => {
      const [own, other] = [featureOf(from), featureOf(target ?? '')];
      return own !== undefined && other !== undefined && own !== other;
    })
    .map((edge) => ({
      rule: 'features-stand-apart',
      where: placeOf(edge),
      message: `imports ${edge.target}: move what two features use to components, api or lib`,
    }));
}

function undeclaredPackages({ edges }: ImportGraph, root: string): Violation[] {
  return Object.entries(productFolders).flatMap(([folder, manifests]) => {
    const declared = new Set(manifests.flatMap((file) => dependenciesIn(root, file)));
    return edges
      .filter(({ from }) => from.startsWith(`${folder}/`))
      .filter(({ packageName }) => packageName !== undefined && !isBuiltin(packageName) && !declared.has(packageName))
      .map((edge) => ({
        rule: 'no-dev-dependency-in-product-code',
        where: placeOf(edge),
        message: `imports ${edge.specifier}: not among the dependencies of ${manifests.join(', ')}, so it is missing where only those are installed`,
      }));
  });
}

function dependenciesIn(root: string, manifest: string): string[] {
  if (!exists(root, manifest)) return [];
  return Object.keys((JSON.parse(readText(root, manifest)) as { dependencies?: Record<string, string> }).dependencies ?? {});
}

function impureCore({ modules }: ImportGraph): Violation[] {
  return [...modules].flatMap(([file, { names }]) => {
    if (!matches(file, ['src/core/**'])) return [];
    return names
      .filter(({ name }) => isImpure(name))
      .map(({ name, line }) => ({
        rule: 'core-is-pure',
        where: `${file}:${line}`,
        message: `uses ${name}: time, chance and effects are arguments in core`,
      }));
  });
}

function isImpure(name: string): boolean {
  const [object = ''] = name.split('.');
  return impureNames.has(name) || (impureNames.has(object) && !pureMembers.has(name));
}

function strayEnvironmentReads({ modules, edges }: ImportGraph): Violation[] {
  const message = 'reads the environment: take it from the configuration';
  const members = [...modules].flatMap(([from, { names }]) =>
    names.filter(({ name }) => name === 'process.env').map(({ line }) => ({ from, line })),
  );
  return [...members, ...edges.filter(({ packageName }) => packageName === 'node:process' || packageName === 'process')]
    .filter(({ from }) => !matches(from, environmentReaders))
    .map(({ from, line }) => ({ rule: 'environment-read-in-one-place', where: `${from}:${line}`, message }));
}

function cycles(graph: ImportGraph): Violation[] {
  return findCycles(graph).map((cycle) => ({
    rule: 'no-cycles',
    where: cycle[0] ?? '',
    message: `imports itself in a circle: ${cycle.join(' → ')}`,
  }));
}

function orphans(graph: ImportGraph): Violation[] {
  const alive = reachable(graph, [...entryPoints, ...Object.keys(livingOrphans)]);
  return [...graph.modules.keys()]
    .filter((file) => !alive.has(file))
    .map((where) => ({
      rule: 'no-orphans',
      where,
      message: `is reached from no entry point (${entryPoints.join(', ')}): remove it`,
    }));
}

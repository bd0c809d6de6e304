/** The documents: decisions are numbered once each, relative links lead somewhere, and every dependency has its reason. */
import { posix } from 'node:path';
import { type Check, resultOf, type Violation } from './check.ts';
import { exists, lineAt, listFiles, readText } from './tree.ts';

export const documentsCheck: Check = {
  name: 'documents',
  run: (root) => {
    const documents = listDocuments(root);
    return resultOf(documentViolations(root, documents), { count: documents.length, what: 'documents' });
  },
};

const DECISIONS = 'docs/decisions/';
const DEPENDENCIES = 'docs/dependencies.md';

function listDocuments(root: string): string[] {
  return listFiles(root).filter((file) => file.endsWith('.md'));
}

/** Every fault of the Markdown files at `root`. */
export function documentViolations(root: string, documents: readonly string[] = listDocuments(root)): Violation[] {
  return [
    ...decisionViolations(documents),
    ...dependencyViolations(root),
    ...documents.flatMap((file) => linkViolations(root, file)),
  ];
}

function decisionViolations(documents: readonly string[]): Violation[] {
  const names = documents.filter((file) => file.startsWith(DECISIONS)).map((file) => file.slice(DECISIONS.length));
  const decisions = names.filter((name) => name !== 'template.md');
  const numberOf = (name: string): string => name.slice(0, 3);
  return decisions.flatMap((name) => {
    const where = DECISIONS + name;
    const isNamed = /^\d{3}-[a-z0-9]+(-[a-z0-9]+)*\.md$/.test(name);
    if (!isNamed) return [{ rule: 'decision-names', where, message: 'is not named NNN-title.md, in small letters and hyphens' }];
    const twin = decisions.find((other) => other !== name && numberOf(other) === numberOf(name));
    return twin === undefined
      ? []
      : [{ rule: 'decision-numbers', where, message: `has the number of ${twin}: take the next free one` }];
  });
}

/** A row of the table: `| \`name\` | reason |`. */
const ROW = /^\| `([^`]+)` *\|([^|]*)\|/gm;

/** Whose packages the page explains. */
const MANIFESTS = ['package.json', 'frontend/package.json'];

function dependencyViolations(root: string): Violation[] {
  const text = exists(root, DEPENDENCIES) ? readText(root, DEPENDENCIES) : '';
  const rows = [...text.matchAll(ROW)].map(([, name = '', reason = '']) => ({ name, reason: reason.trim() }));
  const wanted = new Set(MANIFESTS.flatMap((file) => packagesIn(root, file)));
  const faults = [
    ...[...wanted]
      .filter((name) => !rows.some((row) => row.name === name))
      .map((name) => `${name} has no row that says why it is there`),
    ...rows.filter(({ name }) => !wanted.has(name)).map(({ name }) => `${name} is in no package.json: remove its row`),
    ...rows.filter(({ reason }) => reason === '').map(({ name }) => `${name} has no reason`),
    ...rows
      .filter(({ name }, index) => rows.findIndex((row) => row.name === name) !== index)
      .map(({ name }) => `${name} has two rows`),
  ];
  return faults.map((message) => ({ rule: 'dependencies-have-reasons', where: DEPENDENCIES, message }));
}

function packagesIn(root: string, manifest: string): string[] {
  if (!exists(root, manifest)) return [];
  const { dependencies, devDependencies } = JSON.parse(readText(root, manifest)) as Record<string, Record<string, string>>;
  return [...Object.keys(dependencies ?? {}), ...Object.keys(devDependencies ?? {})];
}

/** `[text](target)`, and `[name]: target` at the start of a line. */
const LINK = /\]\(\s*<?([^)\s>]+)>?[^)]*\)|^\[[^\]]+\]:\s*(\S+)/gm;

function linkViolations(root: string, file: string): Violation[] {
  const text = withoutCode(readText(root, file));
  return [...text.matchAll(LINK)].flatMap(({ index, 1: inline, 2: reference }) => {
    const link = inline ?? reference ?? '';
    if (/^[a-z][a-z0-9+.-]*:/i.test(link)) return [];
    const [path = '', anchor] = decodeURI(link).split('#');
    const target = path === '' ? file : posix.join(posix.dirname(file), path);
    const place = `${file}:${lineAt(text, index)}`;
    if (!exists(root, target))
      return [{ rule: 'links-lead-somewhere', where: place, message: `leads to ${target}, which does not exist` }];
    if (anchor === undefined || !target.endsWith('.md') || anchorsOf(readText(root, target)).has(anchor)) return [];
    return [
      { rule: 'links-lead-somewhere', where: place, message: `leads to #${anchor}, a heading that ${target} does not have` },
    ];
  });
}

/** Blanks code out, line for line, so that positions stay right. */
function withoutCode(text: string): string {
  const blank = (code: string): string => code.replace(/[^\n]/g, ' ');
  return text.replace(/^( *)(```+|~~~+)[\s\S]*?^\1\2/gm, blank).replace(/(`+)[^`][\s\S]*?\1/g, blank);
}

/** The anchors that a page of Markdown offers, made from its headings as GitHub makes them. */
function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>();
  const fenceless = text.replace(/^( *)(```+|~~~+)[\s\S]*?^\1\2/gm, '');
  for (const [, heading = ''] of fenceless.matchAll(/^#{1,6} +(.+?) *#*$/gm)) {
    const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const slug = plain.replace(/[^\p{L}\p{N} _-]/gu, '').replace(/ /g, '-');
    let anchor = slug;
    for (let again = 1; anchors.has(anchor); again += 1) anchor = `${slug}-${again}`;
    anchors.add(anchor);
  }
  return anchors;
}

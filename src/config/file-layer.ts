/** The text of config.yaml as a layer: values with their line, and the faults of the text itself. */
import type { ErrorCode, Node, Pair, YAMLMap } from 'yaml';
import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import type { ConfigFault } from './faults.ts';
import type { Entry, Layer, Origin } from './layer.ts';
import { layerOf, notASection, unknownKey, unknownSection, unreadable } from './layer.ts';
import { knownKeys, sectionNames } from './schema.ts';

/** Most uses of YAML anchors in a value; a file that needs more is an attack ("billion laughs") or a mistake. */
const MAX_ALIASES = 20;

/** The parser's own messages quote the text, which may be a secret: the common mistakes in our words, the rest without detail. */
const SYNTAX: Partial<Record<ErrorCode, string>> = {
  BAD_INDENT: 'wrong indentation',
  BLOCK_AS_IMPLICIT_KEY: 'a nested mapping on one line',
  DUPLICATE_KEY: 'the same key twice',
  IMPOSSIBLE: 'text that cannot be read as YAML',
  MISSING_CHAR: 'a missing character, such as a colon, a quote or a bracket',
  MULTILINE_IMPLICIT_KEY: 'a key over several lines, perhaps a missing colon',
  MULTIPLE_DOCS: 'more than one document',
  TAB_AS_INDENT: 'a tab as indentation',
  TAG_RESOLVE_FAILED: 'an unknown tag (!…)',
  UNEXPECTED_TOKEN: 'an unexpected token',
};

/**
 * Reads the text of a configuration file. Never throws: what cannot be read is a fault with its line.
 * @param file the file's name for messages
 */
export function readFileLayer(text: string, file: string): Layer {
  const lines = new LineCounter();
  const document = parseDocument(text, { uniqueKeys: true, prettyErrors: false, lineCounter: lines, merge: false });
  const lineAt = (offset: number) => Math.max(1, lines.linePos(offset).line);
  if (document.errors.length > 0) {
    return unreadable(document.errors.map((error) => syntaxFault(file, lineAt(error.pos[0]), error.code)));
  }
  const root = document.contents;
  if (root === null || (isScalar(root) && root.value === null)) return { entries: [], faults: [] };
  if (!isMap(root)) return unreadable([notAMapping(file, lineAt(root.range[0]))]);

  const read = createReader(
    file,
    (node) => lineAt(node?.range?.[0] ?? 0),
    (node) => node?.toJS(document, { maxAliasCount: MAX_ALIASES }),
  );
  return layerOf(root.items.flatMap((pair) => read(pair as Pair<Node, Node | null>)));
}

type LineOf = (node: Node | null) => number;
type ReadValue = (node: Node | null) => unknown;

/** Reads one section of the file. */
function createReader(
  file: string,
  lineOf: LineOf,
  readValue: ReadValue,
): (pair: Pair<Node, Node | null>) => readonly (Entry | ConfigFault)[] {
  const originOf = (node: Node): Origin => ({ kind: 'file', file, line: lineOf(node) });

  function readKey(section: string, { key, value }: Pair<Node, Node | null>): Entry | ConfigFault {
    const name = nameOf(key);
    const path = `${section}.${name}`;
    if (!knownKeys.has(path)) return unknownKey(originOf(key), section, name);
    try {
      return { path, value: readValue(value), origin: originOf(key) };
    } catch {
      return {
        source: file,
        line: lineOf(key),
        key: path,
        found: 'an alias (*…) that cannot be resolved',
        allowed: 'a value; put quotes around one that begins with *',
      };
    }
  }

  return ({ key, value }) => {
    const section = nameOf(key);
    if (!sectionNames.includes(section)) return [unknownSection(originOf(key), section)];
    if (value === null || (isScalar(value) && value.value === null)) return [];
    if (!isMap(value)) return [notASection(originOf(key), section)];
    return (value as YAMLMap<Node, Node | null>).items.map((pair) => readKey(section, pair));
  };
}

const nameOf = (key: Node) => (isScalar(key) ? String(key.value) : '(a key that is no name)');

const syntaxFault = (file: string, line: number, code: ErrorCode): ConfigFault => ({
  source: file,
  line,
  key: '(syntax)',
  found: SYNTAX[code] ?? `text that is not valid YAML (${code})`,
  allowed: 'YAML 1.2: keys grouped in sections, each key once',
});

const notAMapping = (file: string, line: number): ConfigFault => ({
  source: file,
  line,
  key: '(file)',
  found: 'a single value or a list',
  allowed: `a mapping with the sections ${sectionNames.join(', ')}`,
});

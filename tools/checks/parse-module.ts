/** Reads what one module imports and which global names it uses, from its syntax tree: comments and texts do not count. */
import { type AstNode, isNamed, isNode, literal, parseProgram, walk } from './syntax-tree.ts';
import { lineAt } from './tree.ts';

/** Something named in the code at a line (counted from 1). */
export interface Site {
  readonly name: string;
  readonly line: number;
}

/** A specifier as it is written. */
export interface ImportSite extends Site {
  /** Whether the import is gone once the types are: it can tie modules together but do no work. */
  readonly typeOnly: boolean;
}

export interface ParsedModule {
  /** Everything imported: statically, dynamically, re-exported, required, for a value or a type. */
  readonly imports: readonly ImportSite[];
  /** Names that are read, as values or types: `fetch`, or with their member where that is plain to see: `Math.random`. */
  readonly names: readonly Site[];
}

/**
 * Parses a module.
 * @throws when the text is no TypeScript, naming the file: a module that cannot be read cannot be vouched for.
 */
export function parseModule(file: string, text: string): ParsedModule {
  const program = parseProgram(file, text);
  const imports: ImportSite[] = [];
  const names: Site[] = [];
  const at = (node: AstNode, name: string): Site => ({ name, line: lineAt(text, node.start) });
  walk(program, (node, parent, field) => {
    const specifier = specifierOf(node);
    if (specifier !== undefined) imports.push({ ...at(node, specifier), typeOnly: isTypeOnly(node) });
    const name = nameRead(node, parent, field);
    if (name !== undefined) names.push(at(node, name));
  });
  return { imports, names };
}

const WITH_SOURCE = new Set([
  'ImportDeclaration',
  'ExportNamedDeclaration',
  'ExportAllDeclaration',
  'ImportExpression',
  'TSImportType',
]);

/** What a node imports. A specifier that is put together at run time is given as `?`, so that a rule can refuse it. */
function specifierOf(node: AstNode): string | undefined {
  if (WITH_SOURCE.has(node.type)) return isNode(node['source']) ? (literal(node['source']) ?? '?') : undefined;
  if (node.type === 'TSExternalModuleReference') return literal(node['expression']) ?? '?';
  if (node.type !== 'CallExpression' || !isNamed(node['callee'], 'require')) return undefined;
  const [argument] = node['arguments'] as unknown[];
  return literal(argument) ?? '?';
}

function isTypeOnly(node: AstNode): boolean {
  if (node.type === 'TSImportType' || node['importKind'] === 'type' || node['exportKind'] === 'type') return true;
  const specifiers = node['specifiers'];
  if (!Array.isArray(specifiers) || specifiers.length === 0) return false;
  return specifiers.every((one: AstNode) => one['importKind'] === 'type' || one['exportKind'] === 'type');
}

const KEYED = new Set([
  'AccessorProperty',
  'MethodDefinition',
  'Property',
  'PropertyDefinition',
  'TSAbstractMethodDefinition',
  'TSAbstractPropertyDefinition',
  'TSEnumMember',
  'TSMethodSignature',
  'TSPropertySignature',
]);

/** Whether an identifier only labels something (`a.Date`, `{ Date: 1 }`, the imported side of an import) and reads no name. */
function isLabel(parent: AstNode | undefined, field: string): boolean {
  if (parent === undefined) return false;
  if (parent.type === 'MemberExpression') return field === 'property' && parent['computed'] !== true;
  if (KEYED.has(parent.type)) return field === 'key' && parent['computed'] !== true;
  if (parent.type === 'ImportSpecifier') return field === 'imported';
  if (parent.type === 'ExportSpecifier') return field === 'exported';
  return parent.type === 'TSQualifiedName' && field === 'right';
}

/** The name that a node reads, if it reads one: of `Math.random` the whole, and then not `Math` once more. */
function nameRead(node: AstNode, parent: AstNode | undefined, field: string): string | undefined {
  if (node.type === 'MemberExpression') return memberName(node);
  if (node.type !== 'Identifier' || isLabel(parent, field)) return undefined;
  const isToldByParent = parent?.type === 'MemberExpression' && field === 'object' && memberName(parent) !== undefined;
  return isToldByParent ? undefined : (node['name'] as string);
}

/** `Math.random` for `Math.random` and `Math['random']`; nothing where object or member are not plain names. */
function memberName(node: AstNode): string | undefined {
  const { object, property } = node;
  if (!isNode(object) || object.type !== 'Identifier' || !isNode(property)) return undefined;
  const member = node['computed'] === true ? literal(property) : property['name'];
  return typeof member === 'string' ? `${object['name'] as string}.${member}` : undefined;
}

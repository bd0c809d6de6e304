/** Syntax trees of modules, as far as the checks look into them. */
import { parseSync, visitorKeys } from 'oxc-parser';

export interface AstNode {
  readonly type: string;
  readonly start: number;
  readonly [field: string]: unknown;
}

/**
 * The syntax tree of a module.
 * @throws when the text is no TypeScript, naming the file: a module that cannot be read cannot be vouched for.
 */
export function parseProgram(file: string, text: string): AstNode {
  const { program, errors } = parseSync(file, text);
  if (errors[0]) throw new Error(`${file}: ${errors[0].message}`);
  return program as unknown as AstNode;
}

type Visit = (node: AstNode, parent: AstNode | undefined, field: string) => void;

/** Visits a node and everything below it, from the outside in. */
export function walk(node: AstNode, visit: Visit, parent?: AstNode, field = ''): void {
  visit(node, parent, field);
  for (const [key, child] of childrenOf(node)) walk(child, visit, node, key);
}

/** What lies directly below a node, with the field that it lies in. */
export function childrenOf(node: AstNode): (readonly [field: string, child: AstNode])[] {
  return (visitorKeys[node.type] ?? []).flatMap((key) => {
    const child = node[key];
    return (Array.isArray(child) ? child : [child]).filter(isNode).map((one) => [key, one] as const);
  });
}

export function isNode(value: unknown): value is AstNode {
  return typeof value === 'object' && value !== null && typeof (value as AstNode).type === 'string';
}

export function isNamed(node: unknown, name: string): boolean {
  return isNode(node) && node.type === 'Identifier' && node['name'] === name;
}

/** The text of a literal, or of a template without holes. */
export function literal(node: unknown): string | undefined {
  const parts = textParts(node);
  return parts?.length === 1 ? parts[0] : undefined;
}

/** The constant parts of a text: one of a literal, and one more than it has holes of a template. */
export function textParts(node: unknown): readonly string[] | undefined {
  if (!isNode(node)) return undefined;
  if (node.type === 'Literal' && typeof node['value'] === 'string') return [node['value']];
  const quasis = node['quasis'];
  if (node.type !== 'TemplateLiteral' || !Array.isArray(quasis)) return undefined;
  return quasis.map((quasi: { value: { cooked: string } }) => quasi.value.cooked);
}

/** The text of a drill, YAML or JSON (which is YAML), and where in it a fault lies. */
import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import { checkDrill, type DrillFault, writtenPath } from './check-drill.ts';
import type { Drill } from './drill-schema.ts';

export type DrillReading =
  | { readonly kind: 'drill'; readonly drill: Drill }
  /** Every fault, in words for the person who wrote the file: `line 7: scenes[0].faults[0].action.kind: must be one of …`. */
  | { readonly kind: 'faulty'; readonly faults: readonly string[] };

export function readDrill(text: string): DrillReading {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0)
    return {
      kind: 'faulty',
      faults: document.errors.map(({ pos, message }) => `line ${lines.linePos(pos[0]).line}: ${message}`),
    };
  const checked = checkDrill(document.toJS());
  if (checked.kind === 'drill') return checked;
  return {
    kind: 'faulty',
    faults: checked.faults.map((fault) => {
      const offset = offsetOf(document, fault);
      return `line ${lines.linePos(offset).line}: ${writtenPath(fault.path) || 'the drill'}: ${fault.message}`;
    }),
  };
}

/** Of what is faulty, or of the nearest thing around it that is there. */
function offsetOf(document: Document, { path }: DrillFault): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

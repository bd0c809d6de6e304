/** Words and shapes that must not be in any file: they tell of one machine, of unfinished work, or give a credential away. */
import { type Check, resultOf, type Violation } from './check.ts';
import { lineAt, listFiles, readText } from './tree.ts';

interface TextRule {
  readonly name: string;
  readonly pattern: RegExp;
  /** Files that the rule leaves alone. */
  readonly except?: RegExp;
  readonly cure: string;
}

const LOCK_FILE = /(^|\/)package-lock\.json$/;

// The patterns are written so that they do not match themselves.
const textRules: readonly TextRule[] = [
  {
    name: 'no-machine-paths',
    pattern: /(?<![\w.~-])\/(?:wor[k]|roo[t])\/[\w.-]/g,
    cure: 'a path of one machine means nothing on another',
  },
  {
    name: 'no-registry-hosts',
    pattern: /\bregistry\.[a-z0-9-]+\.[a-z]{2,}\b|\bdeb\.debian\.o[r]g\b|\bpypi\.o[r]g\b/gi,
    cure: 'packages come from wherever the machine is set up to get them',
  },
  {
    name: 'no-unfinished-work',
    pattern: /\b(?:TOD[O]|FIXM[E]|XX[X])\b/g,
    except: LOCK_FILE,
    cure: 'finish it, or leave it out and say so in the documents',
  },
  {
    name: 'no-secrets',
    pattern: /sk-ant-(?:oat|ort|api)\d\d-[A-Za-z0-9_-]{24,}/g,
    cure: 'looks like a real credential: put examples together from parts, or keep them shorter',
  },
];

export const textCheck: Check = {
  name: 'words and secrets',
  run: (root) => {
    const files = listFiles(root);
    return resultOf(textViolations(root, files), { count: files.length, what: 'files' });
  },
};

/** Every place in the written files at `root` that one of the rules above forbids. */
export function textViolations(root: string, files: readonly string[] = listFiles(root)): Violation[] {
  return files.flatMap((file) => {
    const text = readText(root, file);
    return text.includes('\0') ? [] : textRules.flatMap((rule) => breaches(rule, file, text));
  });
}

/** The match itself is not repeated in the message: it may be a secret. */
function breaches({ name, pattern, except, cure }: TextRule, file: string, text: string): Violation[] {
  if (except?.test(file)) return [];
  return [...text.matchAll(pattern)].map(({ index }) => ({ rule: name, where: `${file}:${lineAt(text, index)}`, message: cure }));
}

/** Signs thinking, and knows its own signature again: clients have to return thoughts unaltered. */
import { createHmac } from 'node:crypto';
import type { Randomness } from './randomness.ts';

export interface ThoughtSeal {
  sign(thinking: string): string;
  /** Where the request brings a thought that was altered, such as `messages.1.content.0`; null: nowhere. */
  faultIn(request: Readonly<Record<string, unknown>>): string | null;
}

interface Part {
  readonly type?: unknown;
  readonly thinking?: unknown;
  readonly signature?: unknown;
}

export function createThoughtSeal(random: Randomness): ThoughtSeal {
  const key = random.bytes(32);
  const sign = (thinking: string): string => createHmac('sha256', key).update(thinking).digest('base64');
  const isAltered = ({ type, thinking, signature }: Part): boolean =>
    type === 'thinking' && (typeof thinking !== 'string' || signature !== sign(thinking));
  return {
    sign,
    faultIn({ messages }) {
      const list = Array.isArray(messages) ? (messages as readonly { content?: unknown }[]) : [];
      for (const [index, { content }] of list.entries()) {
        const at = Array.isArray(content) ? (content as Part[]).findIndex(isAltered) : -1;
        if (at >= 0) return `messages.${index}.content.${at}`;
      }
      return null;
    },
  };
}

/** Finds the first event that counts in the opening bytes of an event stream (WHATWG HTML, server-sent events). */

export interface StreamEvent {
  readonly name: string;
  readonly data: string;
}

/** The first complete event that is neither a ping nor a comment, or null while there is none. */
export function firstEvent(opening: Buffer): StreamEvent | null {
  const text = opening.toString('utf8').replace(/^\uFEFF/, '');
  const blocks = text.split(/\r\n\r\n|\n\n|\r\r/);
  for (const block of blocks.slice(0, -1)) {
    const event = readEvent(block);
    if (event && event.name !== 'ping') return event;
  }
  return null;
}

function readEvent(block: string): StreamEvent | null {
  let name = '';
  const data: string[] = [];
  for (const line of block.split(/\r\n|\n|\r/)) {
    if (line.startsWith('event:')) name = line.slice('event:'.length).trim();
    if (line.startsWith('data:')) data.push(line.slice('data:'.length).trimStart());
  }
  if (name === '' && data.length === 0) return null;
  return { name, data: data.join('\n') };
}

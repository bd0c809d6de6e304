/** Documents that are made, or in part made, from the code. */

export interface Document {
  /** Its path from the root of the project. */
  readonly file: string;
  /** Its text as it should be, given its text as it is. Throws when the markers are missing. */
  readonly render: (current: string) => string;
}

/** `text` with `content` between the lines `<!-- name:start -->` and `<!-- name:end -->`. @throws Error when they are missing */
export function betweenMarkers(text: string, name: string, content: string): string {
  const [startMark, endMark] = [`<!-- ${name}:start -->`, `<!-- ${name}:end -->`];
  const start = text.indexOf(startMark);
  const end = text.indexOf(endMark, start);
  if (start < 0 || end < 0) throw new Error(`the lines ${startMark} and ${endMark} are missing`);
  return `${text.slice(0, start + startMark.length)}\n${content}\n${text.slice(end)}`;
}

/** A text as the content of a table's cell: bars and stars mean themselves. */
export const cell = (text: string): string => text.replace(/[|*<]/g, '\\$&');

/** Instants as `<input type="datetime-local">` holds them: without zone, in the viewer's. Pure. */

const two = (value: number): string => String(value).padStart(2, '0');

/** Empty for no instant. */
export function toLocalInput(instant: string | null): string {
  if (instant === null) return '';
  const at = new Date(instant);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** Null for what is empty or no instant. */
export function fromLocalInput(text: string): string | null {
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : new Date(at).toISOString();
}

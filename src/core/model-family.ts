/** The model family of a request: quota windows and faults of one family say nothing about the others. */

const FAMILIES = ['opus', 'sonnet', 'haiku'] as const;

/** The first of opus, sonnet, haiku in the model id, else the id itself; null for requests without a model. */
export function modelFamily(model: string | null): string | null {
  if (model === null) return null;
  const id = model.toLowerCase();
  return FAMILIES.find((family) => id.includes(family)) ?? id;
}

/** Is this the name of a family, as window names and claims spell it? */
export const isFamilyName = (text: string): boolean => (FAMILIES as readonly string[]).includes(text);

/** Ids of what the configuration declares: made from the name, so that the same entry is the same thing after a restart. */

/** Longer than the random ids, so that none of those can look like one. */
const SHAPE = /^(acc|key)_cfg_[0-9a-f]{16}$/;

/** `digest` is the SHA-256 of the entry's name as `nameKey` spells it, in hex. */
export const declaredId = (kind: 'acc' | 'key', digest: string): string => `${kind}_cfg_${digest.slice(0, 16)}`;

/** Is it changed in the configuration only? */
export const isDeclared = ({ id }: { readonly id: string }): boolean => SHAPE.test(id);

/** Names for things: a prefix that says what it is, and 96 random bits. */
import { randomBytes } from 'node:crypto';

export const newId = (prefix: string): string => `${prefix}_${randomBytes(12).toString('base64url')}`;

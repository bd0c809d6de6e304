/**
 * What leaves the data folder on purpose, sealed by a passphrase: scrypt (RFC 7914) makes the key, AES-256-GCM seals, and everything that
 * stands in clear is bound to the ciphertext.
 */
import { createCipheriv, createDecipheriv, randomBytes, type ScryptOptions, scrypt } from 'node:crypto';
import { z } from 'zod';
import { StorageError } from '../store.ts';

/** `backup`: a whole data folder. `accounts`: accounts with their credentials. */
export type ArchiveKind = 'backup' | 'accounts';

/** 128 × N × r bytes of memory: 64 MB, which a laptop spends in a quarter of a second. */
const COST = { N: 65_536, r: 8, p: 1 } as const;
const MAX_MEMORY = 256 * 1024 * 1024;
const SALT_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/** Shortest passphrase in characters: an archive can be tried offline, as often as somebody likes. */
export const MIN_PASSPHRASE = 12;

const base64 = z.string().regex(/^[A-Za-z0-9_-]*$/);
const head = z.strictObject({
  headgate_archive: z.literal(1),
  kind: z.enum(['backup', 'accounts']),
  created_at: z.iso.datetime(),
  /** Bounded, so that no archive can ask for a machine's whole memory. */
  kdf: z.strictObject({
    name: z.literal('scrypt'),
    N: z.int().min(16_384).max(131_072),
    r: z.literal(8),
    p: z.literal(1),
    salt: base64,
  }),
  nonce: base64,
});
const archive = head.extend({ data: base64 });

/** The archive as text. `content` is whatever JSON can hold. */
export async function sealArchive(
  kind: ArchiveKind,
  content: unknown,
  { passphrase, createdAt }: { readonly passphrase: string; readonly createdAt: string },
): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const nonce = randomBytes(NONCE_BYTES);
  const clear = head.parse({
    headgate_archive: 1,
    kind,
    created_at: createdAt,
    kdf: { name: 'scrypt', ...COST, salt: salt.toString('base64url') },
    nonce: nonce.toString('base64url'),
  });
  const cipher = createCipheriv('aes-256-gcm', await keyOf(passphrase, salt, COST), nonce);
  cipher.setAAD(Buffer.from(JSON.stringify(clear)));
  const data = Buffer.concat([cipher.update(JSON.stringify(content), 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return `${JSON.stringify({ ...clear, data: data.toString('base64url') })}\n`;
}

/** What was sealed. @throws StorageError when the text is no such archive, of another kind, damaged, or the passphrase is another one */
export async function openArchive(kind: ArchiveKind, text: string, passphrase: string): Promise<unknown> {
  const parsed = archive.safeParse(parseJson(text));
  if (!parsed.success) throw new StorageError('This is no archive of Headgate, or it was cut off.');
  const { data, ...clear } = parsed.data;
  if (clear.kind !== kind)
    throw new StorageError(
      clear.kind === 'backup'
        ? 'This is a backup: headgate restore reads it.'
        : 'This is an export of accounts: headgate accounts import reads it.',
    );
  const bytes = Buffer.from(data, 'base64url');
  const key = await keyOf(passphrase, Buffer.from(clear.kdf.salt, 'base64url'), clear.kdf);
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(clear.nonce, 'base64url'), { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(JSON.stringify(clear)));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    const content = Buffer.concat([decipher.update(bytes.subarray(0, -TAG_BYTES)), decipher.final()]);
    return JSON.parse(content.toString('utf8')) as unknown;
  } catch {
    // GCM cannot tell a wrong key from a changed text.
    throw new StorageError('The passphrase is another one, or the archive was changed.');
  }
}

function keyOf(passphrase: string, salt: Buffer, { N, r, p }: Required<Pick<ScryptOptions, 'N' | 'r' | 'p'>>): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  scrypt(passphrase.normalize('NFC'), salt, KEY_BYTES, { N, r, p, maxmem: MAX_MEMORY }, (error, key) =>
    error ? reject(error) : resolve(key),
  );
  return promise;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

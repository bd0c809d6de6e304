/**
 * Encryption at rest, record by record: AES-256-GCM, each record under a nonce of its own and bound to its place, so that neither another
 * record's ciphertext nor another file's can be put there (NIST SP 800-38D; associated data: file, id, key).
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { StorageError } from './store.ts';

export interface SealKey {
  /** First characters of a digest of the key: says which one sealed a record, and nothing about it. */
  readonly id: string;
  readonly bytes: Buffer;
}

export interface RecordSeal {
  /** What lies in the file instead of the record. */
  seal(record: { readonly id: string }): SealedRecord;
  /**
   * The record again; what is not sealed is returned as it is.
   * @throws StorageError when no key fits, or when what lies there is not what was sealed
   */
  open(stored: unknown): unknown;
  /** There is a key, so that records do not lie in clear. */
  readonly seals: boolean;
  /** Something that was opened so far was not sealed under the first key. */
  readonly isStale: boolean;
}

interface SealedRecord {
  readonly id: string;
  /** `v1.<key id>.<nonce>.<ciphertext and tag>`, base64url. */
  readonly sealed: string;
}

const CIPHER = 'aes-256-gcm';
/** The nonce size that GCM is made for; a random one may be used 2^32 times with one key. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;
const KEY_ID_LENGTH = 8;

/** Null when the text is not 32 bytes in base64 or base64url. */
export function parseSealKey(text: string): SealKey | null {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== KEY_BYTES || !/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return null;
  const id = createHash('sha256').update('headgate storage key').update(bytes).digest('hex').slice(0, KEY_ID_LENGTH);
  return { id, bytes };
}

/**
 * `keys`: the first seals, all of them open; none seals nothing, and refuses what is sealed.
 * @param file name of the file, for messages and as part of what a record is bound to
 */
export function createRecordSeal(file: string, keys: readonly SealKey[]): RecordSeal {
  const [first] = keys;
  const byId = new Map(keys.map((key) => [key.id, key]));
  let isStale = false;

  const boundTo = (id: string, keyId: string) => Buffer.from(JSON.stringify(['headgate', file, id, keyId]));
  return {
    seals: first !== undefined,
    get isStale() {
      return isStale;
    },
    seal(record) {
      if (!first) throw new Error('there is no key to seal with');
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, first.bytes, nonce);
      cipher.setAAD(boundTo(record.id, first.id));
      const text = Buffer.concat([cipher.update(JSON.stringify(record), 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return { id: record.id, sealed: ['v1', first.id, nonce.toString('base64url'), text.toString('base64url')].join('.') };
    },
    open(stored) {
      const { id, sealed } = (stored ?? {}) as Partial<Record<'id' | 'sealed', unknown>>;
      if (typeof sealed !== 'string' || typeof id !== 'string') {
        isStale ||= first !== undefined;
        return stored;
      }
      const [version, keyId = '', nonce = '', text = ''] = sealed.split('.');
      const key = byId.get(keyId);
      if (version !== 'v1' || !key) throw noKey(file, keyId, keys);
      isStale ||= key !== first;
      return openWith(key, { nonce, text, aad: boundTo(id, keyId) }, () => tampered(file, id));
    },
  };
}

interface Sealed {
  readonly nonce: string;
  readonly text: string;
  readonly aad: Buffer;
}

function openWith(key: SealKey, { nonce, text, aad }: Sealed, fault: () => StorageError): unknown {
  try {
    const bytes = Buffer.from(text, 'base64url');
    const decipher = createDecipheriv(CIPHER, key.bytes, Buffer.from(nonce, 'base64url'), { authTagLength: TAG_BYTES });
    decipher.setAAD(aad);
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    const plain = Buffer.concat([decipher.update(bytes.subarray(0, -TAG_BYTES)), decipher.final()]);
    return JSON.parse(plain.toString('utf8')) as unknown;
  } catch {
    // The library's own words would be the same for every cause.
    throw fault();
  }
}

const noKey = (file: string, keyId: string, keys: readonly SealKey[]) =>
  new StorageError(
    `${file} is sealed under the key ${/^[0-9a-f]{8}$/.test(keyId) ? keyId : '(unreadable)'}, which storage.encryption_key does not list ` +
      `(${keys.length === 0 ? 'it is not set' : `it lists ${keys.map(({ id }) => id).join(', ')}`}). Nothing was changed. Add that key, behind the new one if there is one.`,
  );

const tampered = (file: string, id: string) =>
  new StorageError(
    `${file} holds something else for ${id} than was sealed there: it was damaged, or put there by somebody. Nothing was changed. ` +
      `Put a good copy of ${file} there, or remove that record and authorize the account again.`,
  );

/**
 * The format of a client's key: `hg_`, 43 base62 characters for 32 random bytes, 6 characters of checksum. A mistyped or leaked key
 * is recognised without a look-up. Pure: the bytes come from outside.
 */

const PREFIX = 'hg_';
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const SECRET_LENGTH = 43;
const CHECKSUM_LENGTH = 6;
const SHAPE = /^hg_[0-9A-Za-z]{49}$/;

/** How much of a key is kept in clear, so that people recognise it. */
export const VISIBLE_LENGTH = 10;

/** The key made of 32 random bytes. */
export function formatKey(bytes: Uint8Array): string {
  let number = 0n;
  for (const byte of bytes) number = number * 256n + BigInt(byte);
  const secret = base62(number, SECRET_LENGTH);
  return `${PREFIX}${secret}${checksum(secret)}`;
}

/** Could this be a key? False for anything mistyped, with a chance of one in four thousand million. */
export function isWellFormedKey(text: string): boolean {
  if (!SHAPE.test(text)) return false;
  const secret = text.slice(PREFIX.length, PREFIX.length + SECRET_LENGTH);
  return text.endsWith(checksum(secret));
}

function base62(number: bigint, length: number): string {
  let rest = number;
  let text = '';
  for (let i = 0; i < length; i += 1) {
    text = DIGITS.charAt(Number(rest % 62n)) + text;
    rest /= 62n;
  }
  return text;
}

const CRC_TABLE = Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value >>> 0;
});

/** CRC-32 (ISO 3309) of the ASCII text, in base62. */
function checksum(text: string): string {
  let crc = 0xffffffff;
  for (let i = 0; i < text.length; i += 1) crc = (crc >>> 8) ^ (CRC_TABLE[(crc ^ text.charCodeAt(i)) & 0xff] ?? 0);
  return base62Of((crc ^ 0xffffffff) >>> 0, CHECKSUM_LENGTH);
}

/** As `base62`, for what fits a number: every request has a checksum to be looked at, and large integers are slow. */
function base62Of(number: number, length: number): string {
  let rest = number;
  let text = '';
  for (let i = 0; i < length; i += 1) {
    text = DIGITS.charAt(rest % 62) + text;
    rest = Math.floor(rest / 62);
  }
  return text;
}

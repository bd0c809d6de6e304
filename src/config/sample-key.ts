/** Admin keys that anybody could guess: samples from documentation and keyboards. */

/** Parts of keys as they stand in examples, in lower case without punctuation; long enough not to turn up in a random key. */
const SAMPLE_WORDS = [
  'changeme',
  'changethis',
  'replaceme',
  'replacethis',
  'replacewith',
  'yourapikey',
  'youradminkey',
  'yoursecret',
  'yourkey',
  'yourpassword',
  'yourtoken',
  'mysecret',
  'mypassword',
  'supersecret',
  'topsecret',
  'password',
  'passphrase',
  'placeholder',
  'example',
  'insecure',
  'letmein',
];

const SEQUENCES = ['01234567890123456789', '12345678901234567890', 'abcdefghijklmnopqrstuvwxyz', 'qwertyuiopasdfghjklzxcvbnm'];

/** Fewest different characters; 20 random hexadecimal digits have fewer less than once in ten thousand. */
const MIN_DISTINCT = 7;

/** Whether `key` is a well-known sample or of a pattern that is tried first: few different characters, a keyboard row, counting. */
export function isSampleKey(key: string): boolean {
  const plain = key.toLowerCase().replace(/[^a-z0-9]/g, '');
  if (new Set(key).size < MIN_DISTINCT) return true;
  if (SAMPLE_WORDS.some((word) => plain.includes(word))) return true;
  return SEQUENCES.some((sequence) => sequence.includes(plain.slice(0, 10)) && plain.length >= 10);
}

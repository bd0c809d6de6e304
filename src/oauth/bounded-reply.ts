/** Reads a reply of a server that is not trusted to be brief. */

/** Largest reply of a token endpoint that is read, in bytes. */
export const MAX_REPLY_BYTES = 64 * 1024;

/** The whole body, or null when it is longer than `maxBytes`; the rest is not read then. Counts what comes out of decompression. */
export async function boundedBody(response: Response, maxBytes: number): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  if (!response.body) return new Uint8Array();
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > maxBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

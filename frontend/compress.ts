/** Writes the compressed forms of scripts and styles beside them, once for all: no request waits for that, and no reply of the API is touched. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

const COMPRESSED = /\.(js|css|svg)$/;
/** Below this a reply fits into one packet either way. */
const LEAST_BYTES = 1024;

const brotliOf = promisify(brotliCompress);
const gzipOf = promisify(gzip);

/** Writes `name.br` and `name.gz` beside each asset: the endings that src/http/compressed-files.ts serves. */
export const compressAssets = (): Plugin => ({
  name: 'compress-assets',
  apply: 'build',
  async writeBundle({ dir = '.' }, bundle) {
    for (const output of Object.values(bundle)) {
      const content = Buffer.from(output.type === 'chunk' ? output.code : output.source);
      if (!COMPRESSED.test(output.fileName) || content.length < LEAST_BYTES) continue;
      const path = join(dir, output.fileName);
      const quality = {
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
      };
      await writeFile(`${path}.br`, await brotliOf(content, { params: quality }));
      await writeFile(`${path}.gz`, await gzipOf(content, { level: constants.Z_BEST_COMPRESSION }));
    }
  },
});

/** Builds the dashboard into frontend/dist, and serves it with reload in development (`make dev`). */
import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { compressAssets } from './compress.ts';

const pathOf = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/** Where `make dev` has the server listen. */
const HEADGATE = 'http://127.0.0.1:4000';

export default defineConfig({
  root: pathOf('.'),
  base: '/ui/',
  plugins: [react(), tailwindcss(), compressAssets()],
  resolve: { alias: { '@': pathOf('src'), '@contract': pathOf('../src/contract') } },
  // The server puts the nonce of each reply in its place.
  html: { cspNonce: '__CSP_NONCE__' },
  build: {
    outDir: pathOf('dist'),
    emptyOutDir: true,
    // Browsers that know light-dark(); older ones would get a much longer style sheet.
    target: ['chrome123', 'firefox128', 'safari17.5'],
    assetsInlineLimit: 0,
  },
  server: {
    host: '127.0.0.1',
    port: 5173,
    strictPort: true,
    proxy: Object.fromEntries(['/api', '/v1', '/oauth', '/callback', '/health'].map((path) => [path, HEADGATE])),
  },
});

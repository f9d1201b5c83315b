import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** The page may load code, styles and data from the farm alone, and pictures that it has in memory. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "connect-src 'self' blob: data:",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

function contentSecurityPolicy(): Plugin {
  return {
    name: 'content-security-policy',
    apply: 'build',
    transformIndexHtml: () => [
      {
        tag: 'meta',
        attrs: { 'http-equiv': 'Content-Security-Policy', content: POLICY },
        injectTo: 'head-prepend',
      },
    ],
  };
}

export default defineConfig({
  plugins: [react(), contentSecurityPolicy()],
  build: {
    outDir: 'target/classes/META-INF/resources',
    emptyOutDir: true,
    license: { fileName: 'licenses.md' },
    modulePreload: { polyfill: false },
    // three.js is one chunk of its own, loaded when a scene is shown.
    chunkSizeWarningLimit: 900,
    assetsInlineLimit: 0,
  },
  server: {
    proxy: { '/api': process.env.TILTH_URL ?? 'http://127.0.0.1:8080' },
  },
});

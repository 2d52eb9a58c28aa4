import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where `npx vite web` finds the API while the page itself is served by Vite. */
const API = process.env.API_URL ?? 'http://127.0.0.1:8787';

export default defineConfig({
  root: import.meta.dirname,
  cacheDir: '../node_modules/.vite-web',
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'baseline-widely-available',
    // MapLibre is one library of that size; it is loaded only once a map is shown.
    chunkSizeWarningLimit: 1_200,
  },
  server: {
    host: '127.0.0.1',
    proxy: { '/api': { target: API, ws: true }, '/health': { target: API } },
  },
});

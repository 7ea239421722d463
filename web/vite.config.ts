import { defineConfig, type Plugin } from 'vite';
import documents from './console/generated/documents.json';

const GATEWAY = 'http://127.0.0.1:8080';

/** As the gateway does: every address under /console is the same page. */
const consoleRoutes: Plugin = {
  name: 'console-routes',
  configureServer(server) {
    server.middlewares.use((request: { url?: string }, _response: unknown, next: () => void) => {
      if (/^\/console(\/[^.]*)?(\?|$)/.test(request.url ?? '')) request.url = '/console/index.html';
      next();
    });
  },
};

/** The documents that the console sends, which `codegen.mjs` wrote: the service has them in its list. */
const manifest: Plugin = {
  name: 'documents-manifest',
  generateBundle() {
    this.emitFile({ type: 'asset', fileName: 'documents.json', source: JSON.stringify(documents) });
  },
};

export default defineConfig({
  plugins: [consoleRoutes, manifest],
  appType: 'mpa',
  base: '/',
  build: {
    outDir: 'dist',
    assetsDir: 'assets',
    // A data: URL would need a looser Content-Security-Policy than a file does.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 4000,
    modulePreload: { polyfill: false },
    rollupOptions: {
      // One entry per page; each becomes dist/<page>/index.html.
      input: { console: 'console/index.html', graphiql: 'graphiql/index.html' },
      onwarn(warning, warn) {
        // "use client" in GraphiQL's own dependencies: means nothing outside of a server framework.
        if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') warn(warning);
      },
    },
  },
  // Monaco's GraphQL worker loads its formatter on demand, which only module workers can.
  worker: { format: 'es' },
  // Its `?worker` imports are for Vite, not for the bundler of dependencies that the dev server runs.
  optimizeDeps: { exclude: ['graphiql/setup-workers/vite', '@graphiql/react/setup-workers/vite'] },
  // `npm run dev`: the page from here, the API from a gateway that runs on this machine.
  server: { proxy: { '/graphql': { target: GATEWAY, ws: true } } },
});

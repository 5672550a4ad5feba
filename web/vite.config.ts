// How the page is built: one script for the first view, everything rare in chunks of its own.
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** Where `npm run dev` finds the server; the release page is served by the server itself. */
const server = process.env.COWORK_URL ?? 'http://127.0.0.1:7317'

export default defineConfig({
  plugins: [react()],
  // The server replaces the placeholder with a fresh nonce in every response of index.html.
  html: { cspNonce: '__CSP_NONCE__' },
  build: {
    target: 'es2023',
    // A data: URL would be refused by the page's policy for fonts and scripts.
    assetsInlineLimit: 0,
    // Preloading writes inline styles and scripts where the policy allows none.
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1200,
    rolldownOptions: {
      output: {
        codeSplitting: {
          // What the first view and the late parts share is one script: in pieces it compresses worse.
          groups: [{ name: 'shared', minShareCount: 2, test: /^(?!.*(shiki|katex|mermaid))/ }],
        },
      },
    },
  },
  worker: { format: 'es' },
  server: {
    proxy: {
      // The server answers only its own Host and Origin, so that the proxy speaks as if it were the page.
      '/api': {
        target: server,
        changeOrigin: true,
        configure: (proxy) => {
          proxy.on('proxyReq', (request) => {
            if (request.getHeader('origin')) request.setHeader('origin', server)
          })
        },
      },
    },
  },
})

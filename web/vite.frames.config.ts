// How the program of the drawing frame is built: one script, which the server gives to such frames alone.
import { defineConfig } from 'vite'

export default defineConfig({
  publicDir: false,
  build: {
    target: 'es2023',
    outDir: 'dist/frames',
    reportCompressedSize: false,
    chunkSizeWarningLimit: 5000,
    rollupOptions: {
      input: 'frames/mermaid.ts',
      output: { format: 'iife', entryFileNames: 'mermaid.js', codeSplitting: false },
    },
  },
})

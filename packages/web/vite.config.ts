import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** The server of `npm start`, which answers what pages ask for while they are worked on with `npx vite packages/web`. */
const SERVER = 'http://127.0.0.1:8000'

export default defineConfig(({ command }) => ({
  root: import.meta.dirname,
  base: command === 'build' ? '/static/' : '/',
  plugins: [react()],
  build: { target: 'es2023', sourcemap: false, reportCompressedSize: false, emptyOutDir: true },
  server: { proxy: { '/api': SERVER, '/static': SERVER, '/uploaded': SERVER } },
}))

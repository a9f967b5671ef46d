import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { BUILT_PAGES, STATIC_TYPES } from '../../media/static-files.ts'
import { unbuiltPage } from '../pages/unbuilt-page.ts'

const HTML = 'text/html; charset=utf-8'
const NONCE_BYTES = 16
/** Seconds after which a browser looks again whether the pages are built. */
const LOOK_AGAIN_SECONDS = 3

/** What the pages may load: files of ours, and the styles that this very answer brings. */
const policy = (nonce: string) =>
  `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data: blob: https:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`

/** What keeps the pages without network asks this server, and runs nothing else. */
const WORKER_POLICY = "default-src 'none'; connect-src 'self'"

/**
 * The web application at Alyx's addresses: whatever lies below `/admin/` is the same page, which reads its address and
 * asks the native API for what it shows. Holds nothing of the laboratory, so that everybody may have it.
 */
export function webApplicationRoutes(app: FastifyInstance): void {
  // Below the addresses that it keeps: browsers let a worker answer for nothing above itself.
  app.get('/admin/offline.js', { config: { policy: 'open' }, exposeHeadRoute: true }, async (_, reply) => {
    const worker = await built('offline.js')
    reply.header('cache-control', 'no-cache')
    if (worker === undefined)
      return reply.code(503).type('text/plain; charset=utf-8').send('The pages are not built yet.\n')
    return reply.type(STATIC_TYPES['.js']!).header('content-security-policy', WORKER_POLICY).send(worker)
  })
  for (const url of ['/admin/', '/admin/*'])
    app.get(url, { config: { policy: 'open' }, exposeHeadRoute: true }, async (_, reply) => {
      const page = await built('index.html')
      reply.type(HTML).header('cache-control', 'no-cache')
      if (page === undefined) return reply.code(503).header('refresh', String(LOOK_AGAIN_SECONDS)).send(unbuiltPage())
      const nonce = randomBytes(NONCE_BYTES).toString('base64')
      return reply.header('content-security-policy', policy(nonce)).send(page.replaceAll('%ALYX_NONCE%', nonce))
    })
}

/** Read each time: these are small, and a new build changes them while the server runs. */
async function built(file: 'index.html' | 'offline.js'): Promise<string | undefined> {
  try {
    return await readFile(join(BUILT_PAGES, file), 'utf8')
  } catch {
    return undefined
  }
}

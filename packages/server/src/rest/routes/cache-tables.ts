import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { tagExists } from '../../domains/data/index.ts'
import type { Call } from '../call.ts'
import { contractRoute, type Services, sendJson } from '../gates.ts'
import { spacedJson } from '../python-json.ts'
import { Refusal } from '../refusal.ts'
import { describedAs } from './described.ts'

const isRemote = (root: string): boolean => /^https?:\/\//.test(root)

/** Addresses under which clients fetch tables of sessions and datasets instead of asking page by page. */
export function cacheTableRoutes(app: FastifyInstance, services: Services): void {
  const info = async (call: Call, folder: readonly string[]) => {
    const text = await tablesText(services.tablesRoot, folder)
    const found = JSON.parse(text) as Record<string, unknown>
    if (isRemote(services.tablesRoot))
      found.location ??= [services.tablesRoot.replace(/\/$/, ''), ...folder, 'cache.zip'].join('/')
    // Spaced as Python writes it: old clients compare the text.
    return sendJson(call, spacedJson(JSON.stringify(found)))
  }
  contractRoute(app, services, {
    url: '/cache/info/',
    policy: 'contract',
    describe: describedAs('/cache/info/'),
    handlers: { GET: (call) => info(call, []) },
  })
  contractRoute(app, services, {
    url: '/cache/info/:tag/',
    policy: 'contract',
    describe: describedAs('/cache/info/'),
    exists: (request) => /^\w+$/u.test((request.params as { tag: string }).tag),
    handlers: {
      async GET(call) {
        const { tag } = call.request.params as { tag: string }
        if (!(await tagExists(call.database, tag))) {
          return call.reply.code(404).type('text/html; charset=utf-8').send('Tag matching query does not exist.')
        }
        return info(call, [tag])
      },
    },
  })
  contractRoute(app, services, {
    url: '/cache.zip',
    policy: 'contract',
    describe: describedAs('/cache.zip'),
    handlers: {
      async GET({ reply }) {
        const { tablesRoot } = services
        if (isRemote(tablesRoot)) return reply.redirect(`${tablesRoot.replace(/\/$/, '')}/cache.zip`, 302)
        const path = join(tablesRoot, 'cache.zip')
        const size = await stat(path).then(
          ({ size: bytes }) => bytes,
          () => undefined,
        )
        if (size === undefined)
          throw new Refusal(404, {
            detail: 'There are no cache tables yet: cache.zip is missing from the folder of tables.',
          })
        return reply
          .type('application/zip')
          .header('content-disposition', 'inline; filename="cache.zip"')
          .header('content-length', size)
          .send(createReadStream(path))
      },
    },
  })
}

async function tablesText(root: string, folder: readonly string[]): Promise<string> {
  const missing = () =>
    new Refusal(404, {
      detail: `There are no cache tables yet: ${[...folder, 'cache_info.json'].join('/')} is missing from the folder of tables.`,
    })
  if (isRemote(root)) {
    const answer = await fetch([root.replace(/\/$/, ''), ...folder, 'cache_info.json'].join('/'))
    if (!answer.ok) throw missing()
    return answer.text()
  }
  return readFile(join(root, ...folder, 'cache_info.json'), 'utf8').catch(() => {
    throw missing()
  })
}

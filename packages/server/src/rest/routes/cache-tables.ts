import { text } from 'node:stream/consumers'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { FileReplaced, INFO_FILE, isTagFolder, type TablesPlace } from '../../cache-tables/index.ts'
import { tagExists } from '../../domains/data/index.ts'
import type { Call } from '../call.ts'
import { sendFile } from '../file-answer.ts'
import { contractRoute, type Services, sendJson } from '../gates.ts'
import { spacedJson } from '../python-json.ts'
import { Refusal } from '../refusal.ts'
import { describedAs } from './described.ts'

const ZIP = 'cache.zip'
/** A file that is replaced between two looks is replaced again only after another run of `alyx one-cache`. */
const LOOKS = 3

/** Addresses under which clients fetch tables of sessions and datasets instead of asking page by page. */
export function cacheTableRoutes(app: FastifyInstance, services: Services): void {
  const { tables } = services
  const info = async (call: Call, folder: readonly string[]) => {
    const found = await infoOf(tables, folder)
    const location = found.location ?? (await locationOf(tables, folder, call.origin))
    // Spaced as Python writes it: old clients compare the text.
    return sendJson(call, spacedJson(JSON.stringify({ ...found, ...(location !== undefined && { location }) })))
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
    exists: ({ params }) => isTagFolder((params as { tag: string }).tag),
    handlers: {
      async GET(call) {
        const { tag } = call.request.params as { tag: string }
        return (await tagExists(call.database, tag)) ? info(call, [tag]) : unknownTag(call)
      },
    },
  })
  contractRoute(app, services, {
    url: '/cache.zip',
    policy: 'contract',
    describe: describedAs('/cache.zip'),
    handlers: { GET: (call) => sendZip(call, tables, ZIP) },
  })
  // Alyx has none for the tables of a tag, so that clients of a server without a bucket get those of everything.
  contractRoute(app, services, {
    url: '/cache/:tag/cache.zip',
    policy: 'contract',
    offers: 'own',
    describe: describedAs('/cache.zip'),
    exists: ({ params }) => isTagFolder((params as { tag: string }).tag),
    handlers: {
      async GET(call) {
        const { tag } = call.request.params as { tag: string }
        return (await tagExists(call.database, tag)) ? sendZip(call, tables, `${tag}/${ZIP}`) : unknownTag(call)
      },
    },
  })
}

const unknownTag = ({ reply }: Call): FastifyReply =>
  reply.code(404).type('text/html; charset=utf-8').send('Tag matching query does not exist.')

const missing = (path: string) =>
  new Refusal(404, { detail: `There are no cache tables yet: ${path} is missing from the folder of tables.` })

async function infoOf(tables: TablesPlace, folder: readonly string[]): Promise<Record<string, unknown>> {
  const path = [...folder, INFO_FILE].join('/')
  const file = await tables.find(path)
  if (file === undefined) throw missing(path)
  const written = await text(await file.open())
  try {
    const parsed: unknown = JSON.parse(written)
    if (parsed !== null && typeof parsed === 'object' && !Array.isArray(parsed))
      return parsed as Record<string, unknown>
  } catch {}
  throw new Refusal(500, { detail: `${path} in the folder of tables is no JSON object.` })
}

/** Where clients fetch the archive; undefined for the address that they know by themselves. */
async function locationOf(tables: TablesPlace, folder: readonly string[], origin: string): Promise<string | undefined> {
  const path = [...folder, ZIP].join('/')
  const address = tables.publicAddress(path)
  if (address !== undefined || folder.length === 0) return address
  return (await tables.find(path)) && `${origin}/cache/${path}`
}

async function sendZip({ request, reply }: Call, tables: TablesPlace, path: string): Promise<FastifyReply> {
  const address = tables.publicAddress(path)
  if (address !== undefined) return reply.redirect(address, 302)
  for (let look = 1; ; look++) {
    const file = await tables.find(path)
    if (file === undefined) throw missing(path)
    reply
      .code(200)
      .headers({ 'content-disposition': `inline; filename="${ZIP}"`, 'cache-control': 'private, no-cache' })
    try {
      return await sendFile(request, reply, {
        ...file,
        open: (range) => file.open(range),
        type: 'application/zip',
        inline: true,
      })
    } catch (error) {
      if (!(error instanceof FileReplaced) || look === LOOKS) throw error
      reply.removeHeader('content-range')
    }
  }
}

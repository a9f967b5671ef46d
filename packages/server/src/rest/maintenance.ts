import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { html, page } from './pages/page.ts'

/** Why, and since when, nobody but those who watch the server is answered. */
export interface MaintenanceNote {
  /** ISO 8601, UTC. */
  readonly since: string
  /** For the people who wait; '' when nobody said anything. */
  readonly message: string
}

const FILE = 'maintenance.json'
/** A server notices within so long that somebody turned it on or off. */
const LOOK_EVERY_MS = 500
const RETRY_AFTER_SECONDS = 60
/** Whoever watches the server goes on watching, and pages find their pictures. */
const ANSWERED = /^\/(?:health\/(?:live|ready)|metrics|static\/)/

const fileIn = (dataFolder: string): string => join(dataFolder, FILE)

/** The note of a data folder, whoever wrote it; undefined when Alyx is open. */
export async function readMaintenance(dataFolder: string): Promise<MaintenanceNote | undefined> {
  let text: string
  try {
    text = await readFile(fileIn(dataFolder), 'utf8')
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
  try {
    const { since = '', message = '' } = JSON.parse(text) as Partial<MaintenanceNote>
    return { since: String(since), message: String(message) }
  } catch {
    // Made by hand, as with "touch": it says what it says by being there.
    return { since: '', message: '' }
  }
}

/** Turns maintenance on for every server of the data folder; again with another message changes what is said. */
export async function beginMaintenance(dataFolder: string, message: string): Promise<void> {
  const note: MaintenanceNote = { since: new Date().toISOString(), message }
  await mkdir(dataFolder, { recursive: true })
  const draft = `${fileIn(dataFolder)}.${process.pid}`
  await writeFile(draft, `${JSON.stringify(note)}\n`, { mode: 0o644 })
  await rename(draft, fileIn(dataFolder))
}

/** @returns whether it was on */
export async function endMaintenance(dataFolder: string): Promise<boolean> {
  const on = (await readMaintenance(dataFolder)) !== undefined
  await rm(fileIn(dataFolder), { force: true })
  return on
}

/** Lets no request in while the data folder says that Alyx is being maintained. Those under way are finished. */
export function closeForMaintenance(app: FastifyInstance, dataFolder: string): void {
  let known: MaintenanceNote | undefined
  let looked = Number.NEGATIVE_INFINITY
  let looking: Promise<void> | undefined
  const look = async (): Promise<void> => {
    try {
      known = await readMaintenance(dataFolder)
    } catch (error) {
      app.log.warn({ err: error }, 'cannot tell whether Alyx is being maintained')
    }
    looked = performance.now()
    looking = undefined
  }
  app.addHook('onRequest', async (request, reply) => {
    if (ANSWERED.test(request.url)) return
    if (performance.now() - looked > LOOK_EVERY_MS) {
      looking ??= look()
      await looking
    }
    if (known) return answerClosed(request, reply, known)
  })
}

function answerClosed(request: FastifyRequest, reply: FastifyReply, { message }: MaintenanceNote): FastifyReply {
  const said = message === '' ? 'Alyx is being maintained.' : `Alyx is being maintained: ${message}`
  const sentence = `${said.replace(/([^.!?])$/, '$1.')} Nothing was changed; please try again later.`
  reply.code(503).header('retry-after', String(RETRY_AFTER_SECONDS)).header('cache-control', 'no-store')
  if (request.url.startsWith('/api/v1/'))
    return reply.send({ error: { code: 'maintenance', message: sentence }, status_code: 503 })
  if (/\btext\/html\b/.test(request.headers.accept ?? ''))
    return reply
      .type('text/html; charset=utf-8')
      .send(
        page(
          'Alyx is being maintained',
          html`<h1>Alyx is being maintained</h1><p>${message}</p><p>Nothing that was saved is lost; please come back in some minutes.</p>`,
        ),
      )
  return reply.send({ detail: sentence, status_code: 503 })
}

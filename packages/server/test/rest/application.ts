import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { tmpdir } from 'node:os'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { buildApp } from '../../src/app.ts'
import { readSettings } from '../../src/config.ts'
import { type Database, sql } from '../../src/database/index.ts'
import { tokenOf } from '../../src/domains/labs/index.ts'

/** The application on a database, silent and without limit of requests. */
export const applicationOn = (database: Database): Promise<FastifyInstance> =>
  buildApp({
    database,
    settings: readSettings({ THROTTLE_BURST_RATE: '1000000/minute', THROTTLE_DOCS_RATE: '1000000/minute' }, tmpdir()),
    log: pino({ level: 'silent' }),
  })

/** Headers of somebody who signed in: the account is made, or made active. */
export async function signedIn(
  database: Database,
  username: string,
  { isPublic = false, isSuperuser = false } = {},
): Promise<{ authorization: string }> {
  await database.execute(sql`
    insert into misc_labmember (id, username, password, first_name, last_name, email, is_active, is_staff, is_superuser,
      is_public_user, is_stock_manager, date_joined)
    values (gen_random_uuid(), ${username}, '!', '', '', '', true, true, ${isSuperuser}, ${isPublic}, false, now())
    on conflict (username) do update set is_active = true`)
  const [row] = await database.objects<{ id: string }>(sql`select id from misc_labmember where username = ${username}`)
  return { authorization: `Token ${await tokenOf(database, row!.id)}` }
}

/** A route as it was registered: its address with `:names`, its methods, who may call it. */
export interface RegisteredRoute {
  readonly url: string
  readonly methods: readonly string[]
  readonly policy: string | undefined
}

/** The application with every route that it registered, by whichever door. */
export async function applicationWithRoutes(
  database: Database,
): Promise<{ app: FastifyInstance; routes: readonly RegisteredRoute[] }> {
  const routes: RegisteredRoute[] = []
  // Fastify announces each new server before anything is registered on it: nothing can slip in front of this.
  const listen = (message: unknown) => {
    const { fastify } = message as { fastify: FastifyInstance }
    fastify.addHook('onRoute', ({ url, method, config }) => {
      routes.push({ url, methods: [method].flat(), policy: config?.policy })
    })
  }
  subscribe('fastify.initialization', listen)
  try {
    const app = await applicationOn(database)
    await app.ready()
    return { app, routes }
  } finally {
    unsubscribe('fastify.initialization', listen)
  }
}

import type { Logger } from 'pino'
import type { Settings } from '../config.ts'
import type { Database } from '../database/index.ts'

/** Sends tasks to the workers of Celery while the server runs, where there is a broker; without one, nothing of it is loaded. */
export async function employCelery(
  database: Database,
  { brokerUrl, celeryApp: app, celeryQueue, celeryRoutes }: Settings,
  log: Logger,
): Promise<{ stop(): Promise<void> } | undefined> {
  if (brokerUrl === undefined) return undefined
  const [{ CeleryExecutor }, { routesOf }] = await Promise.all([
    import('../jobs/celery/executor.ts'),
    import('../jobs/celery/routes.ts'),
  ])
  return new CeleryExecutor(database, { brokerUrl, app, routes: routesOf(celeryQueue, celeryRoutes) }, log)
}

/** Tasks as work: for machines that run them and for people who look after them. Under `/api/v1/jobs`. */
import type { FastifyInstance } from 'fastify'
import { Bell } from '../../jobs/index.ts'
import { type NativeHandlers, type NativeServices, nativeRoute } from '../gate.ts'
import { download, finish, log, pulse, pulses, readPart } from './attempts.ts'
import { follow } from './log-stream.ts'
import { overviewPages } from './overview.ts'
import { actions, attention, graphs, pause, pauses, task, unpause } from './tasks.ts'
import { claim, drain, register, workers } from './workers.ts'

export const jobPages = overviewPages

/** Registers the calls of workers and of those who look after tasks. */
export function jobRoutes(app: FastifyInstance, services: NativeServices): void {
  const bell = new Bell(services.database)
  app.addHook('preClose', () => bell.close())
  const forWorkers: Routes = {
    '/claim': { POST: claim(bell) },
    '/heartbeats': { POST: pulses },
    '/attempts/:key/heartbeat': { POST: pulse },
    '/attempts/:key/log': { GET: readPart, POST: log },
    '/attempts/:key/finish': { POST: finish },
  }
  const forPeople: Routes = {
    '/workers': { GET: workers, POST: register },
    '/workers/:key': { PATCH: drain },
    '/attempts/:key/log/stream': { GET: follow(bell) },
    '/attempts/:key/log.txt': { GET: download },
    '/graphs': { POST: graphs(services) },
    '/actions': { POST: actions(services) },
    '/tasks/:key': { GET: task },
    '/attention': { GET: attention },
    '/pauses': { GET: pauses, POST: pause },
    '/pauses/:key': { DELETE: unpause },
  }
  for (const [url, handlers] of Object.entries(forWorkers))
    nativeRoute(app, services, { url: `/jobs${url}`, handlers, policy: 'members', unlimited: true })
  for (const [url, handlers] of Object.entries(forPeople))
    nativeRoute(app, services, { url: `/jobs${url}`, handlers, policy: 'members' })
}

type Routes = Readonly<Record<string, NativeHandlers>>

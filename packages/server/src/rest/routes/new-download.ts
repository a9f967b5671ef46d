import type { FastifyInstance } from 'fastify'
import { countDownloads } from '../../domains/data/index.ts'
import { contractRoute, type Services } from '../gates.ts'
import { describedAs } from './described.ts'
import { fileWrite } from './file-write.ts'

/** Counts downloads, so that a laboratory knows who uses which of its data. */
export function newDownloadRoutes(app: FastifyInstance, services: Services): void {
  contractRoute(app, services, {
    url: '/new-download',
    policy: 'members',
    describe: describedAs('/new-download'),
    handlers: {
      POST: fileWrite(services, async (recorder, given) => {
        const counted = await countDownloads(recorder, given)
        return JSON.stringify({ download: counted.map(({ id }) => id), count: counted.map(({ count }) => count) })
      }),
    },
  })
}

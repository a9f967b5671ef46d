import type { FastifyInstance } from 'fastify'
import { countDownloads } from '../../domains/data/index.ts'
import { readFields } from '../body.ts'
import { contractRoute, type Services } from '../gates.ts'
import { writeCall } from '../writing/write-call.ts'
import { describedAs } from './described.ts'
import { plainValues, refusingFiles } from './files-refused.ts'

/** Counts downloads, so that a laboratory knows who uses which of its data. */
export function newDownloadRoutes(app: FastifyInstance, services: Services): void {
  contractRoute(app, services, {
    url: '/new-download',
    policy: 'members',
    describe: describedAs('/new-download'),
    handlers: {
      async POST(call) {
        const body = await readFields(call.request)
        const given = plainValues(body)
        return refusingFiles(() =>
          writeCall(
            call,
            services,
            async (recorder) => {
              const counted = await countDownloads(recorder, given)
              const answer = { download: counted.map(({ id }) => id), count: counted.map(({ count }) => count) }
              return { status: 201, json: JSON.stringify(answer) }
            },
            { body },
          ),
        )
      },
    },
  })
}

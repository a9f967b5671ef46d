import type { FastifyInstance } from 'fastify'
import {
  type AskedFiles,
  anyProtected,
  type FileProtection,
  type FilesRefused,
  protectionOfFiles,
} from '../../domains/data/index.ts'
import { readFields } from '../body.ts'
import type { Call } from '../call.ts'
import { contractRoute, type Services } from '../gates.ts'
import { Refusal } from '../refusal.ts'
import { writeCall } from '../writing/write-call.ts'
import { describedAs } from './described.ts'
import { protectedFiles, refusingFiles } from './files-refused.ts'

/** Tells before a registration which files must not be overwritten. */
export function checkProtectedRoutes(app: FastifyInstance, services: Services): void {
  contractRoute(app, services, {
    url: '/check-protected',
    policy: 'members',
    describe: describedAs('/check-protected'),
    handlers: {
      async GET(call) {
        const asked = await askedFiles(call)
        return refusingFiles(
          () =>
            writeCall(call, services, async (recorder) => {
              const files = await protectionOfFiles(recorder, asked)
              return { status: 200, json: JSON.stringify(answerFor(files)) }
            }),
          refusalOf,
        )
      },
    },
  })
}

/** Clients read `status_code` of the body: the answer itself is a success either way. */
const answerFor = (files: readonly FileProtection[]): object =>
  anyProtected(files) ? protectedFiles(files) : { status_code: 200, details: 'None of the datasets are protected' }

/** Parameters of the body if there is one: the Python client sends them so, with a GET. */
async function askedFiles({ request, query }: Call): Promise<AskedFiles> {
  const body = await readFields(request)
  const values: ReadonlyMap<string, unknown> =
    body.size > 0 ? body : new Map([...query.lists()].map(([name, all]) => [name, all.at(-1)]))
  const text = (name: string): string | undefined => {
    const value = values.get(name) ?? ''
    if (typeof value !== 'string') throw new Refusal(400, { status_code: 400, detail: `${name} must be a text.` })
    return value === '' ? undefined : value
  }
  return {
    path: text('path'),
    filenames: values.get('filenames'),
    created_by: text('created_by'),
    content_type: text('content_type'),
    object_id: text('object_id'),
  }
}

function refusalOf({ problem, message }: FilesRefused): Refusal {
  if (problem === 'half_owner') return new Refusal(400, { status_code: 400, error: message })
  // The one 500 of the contract: a pipeline tells by it that the session must be made first.
  const status = problem === 'unknown_session' ? 500 : 400
  return new Refusal(status, { status_code: status, detail: message })
}

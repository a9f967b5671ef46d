import type { FastifyInstance } from 'fastify'
import { type RegisteredFile, registerFiles } from '../../domains/data/index.ts'
import { contractRoute, type Services } from '../gates.ts'
import { datetimeText, jsonString } from '../python-json.ts'
import { describedAs } from './described.ts'
import { fileWrite } from './file-write.ts'

/** Registers files: the request that rigs and pipelines send after each session. */
export function registerFileRoutes(app: FastifyInstance, services: Services): void {
  contractRoute(app, services, {
    url: '/register-file',
    policy: 'members',
    describe: describedAs('/register-file'),
    handlers: {
      POST: fileWrite(services, async (recorder, given) => {
        const files = await registerFiles(recorder, given)
        return `[${files.map(fileJson).join(',')}]`
      }),
    },
  })
}

const textOrNull = (text: string | null): string => (text === null ? 'null' : jsonString(text))
const momentOrNull = (text: string | null): string => (text === null ? 'null' : `"${datetimeText(text)}"`)

/** One file of the answer; clients compare texts with it, so the order of the keys is Alyx's. */
function fileJson(file: RegisteredFile): string {
  const { session } = file
  const owner: readonly [string, string][] = session
    ? [
        ['session', jsonString(session.id)],
        ['session_number', String(session.number)],
        ['session_users', jsonString(session.users)],
        ['session_start_time', momentOrNull(session.start_time)],
      ]
    : [
        ['content_type', textOrNull(file.content_type)],
        ['object_id', textOrNull(file.object_id)],
      ]
  const fields: readonly [string, string][] = [
    ['id', jsonString(file.id)],
    ['name', jsonString(file.name)],
    ['file_size', String(file.file_size)],
    ['subject', textOrNull(file.subject)],
    ['created_by', textOrNull(file.created_by)],
    ['created_datetime', momentOrNull(file.created_datetime)],
    ['dataset_type', jsonString(file.dataset_type)],
    ['data_format', jsonString(file.data_format)],
    ...owner,
    ['collection', jsonString(file.collection)],
    ['revision', jsonString(file.revision)],
    ['default', String(file.default)],
    ['qc', String(file.qc)],
    ['file_records', JSON.stringify(file.file_records)],
  ]
  return `{${fields.map(([name, json]) => `"${name}":${json}`).join(',')}}`
}

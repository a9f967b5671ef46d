import { join } from 'node:path'
import { declared } from '../../config/declared.ts'
import type { Answers } from './questions.ts'

export interface Place {
  /** Absolute path of the folder where the command runs. */
  readonly base: string
  /** Of the folder for what is rendered, relative to it. */
  readonly folder: string
}

/** Where the files of the application lie, as nginx and the application see them. */
export function foldersOf({ install, folder, settings }: Answers, { base, folder: rendered }: Place) {
  const media = settings.ALYX_MEDIA_ROOT ?? join(folder, 'uploaded/media')
  return {
    data: join(folder, 'data'),
    uploaded: join(folder, 'uploaded'),
    statics: join(folder, 'uploaded/static'),
    media,
    pages: install === 'compose' ? '/etc/alyx/pages' : join(base, rendered, 'pages'),
  }
}

export function publicUrl(answers: Answers): string {
  const {
    https,
    host_names: [name = 'localhost'],
    port,
    https_port,
  } = answers
  if (answers.public_url !== '') return answers.public_url
  const [scheme, own, usual] = https ? ['https', https_port, 443] : ['http', port, 80]
  const host = name.includes(':') ? `[${name}]` : name.replace(/^\./, '')
  return `${scheme}://${host}${own === usual ? '' : `:${own}`}`
}

/** Whether this version has jobs of Celery workers. */
export const knowsBroker = (): boolean =>
  Object.values(declared).some(({ names }) => (names as readonly string[]).includes('ALYX_BROKER_URL'))

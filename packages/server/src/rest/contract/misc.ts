import { Lab, LabMember, Note } from '@alyx/models'
import { contentTypeName, FilesRefused, requireObject } from '../../domains/data/index.ts'
import { currentMembership } from '../../domains/labs/index.ts'
import { imageWidth, storeNoteImage } from '../../media/note-images.ts'
import { column, derived, values } from '../../query/index.ts'
import { Refused } from '../../records/index.ts'
import { django, fieldFilters } from '../filters/index.ts'
import type { Writing } from '../writing/writing.ts'
import { byId, byText, resource } from './resource.ts'

export const labs = resource('/labs', {
  model: Lab,
  lookup: byText('name'),
  shape: {
    name: column('name'),
    institution: column('institution'),
    address: column('address'),
    timezone: column('timezone'),
    repositories: values('repositories.name'),
    reference_weight_pct: column('reference_weight_pct'),
    zscore_weight_pct: column('zscore_weight_pct'),
    json: column('json'),
  },
  filters: { ...fieldFilters(Lab, { except: ['json'] }), django: django() },
})

export const users = resource('/users', {
  model: LabMember,
  lookup: byText('username'),
  schema: 'User',
  views: ['User View Set', 'User View Set'],
  shape: {
    id: column('id'),
    username: column('username'),
    email: column('email'),
    subjects_responsible: values('subjects_responsible.nickname', { required: true }),
    lab: values('labmembership.lab.name', {
      distinct: true,
      where: (_, membership) => currentMembership(membership),
      readOnly: true,
    }),
    allowed_users: values('allowed_users.username', { required: true }),
    is_stock_manager: column('is_stock_manager'),
  },
  filters: { ...fieldFilters(LabMember, { except: ['password'] }), django: django() },
})

/** A note, wherever it hangs. The image is an address under `/uploaded`. */
export const noteShape = {
  id: column('id'),
  user: column('user.username'),
  date_time: column('date_time'),
  content_type: derived('text', ['content_type.app_label', 'content_type.model'], ([app, model]) => `${app}.${model}`, {
    required: true,
  }),
  object_id: column('object_id'),
  text: column('text'),
  image: column('image'),
  json: column('json'),
} as const

/** Apps whose records may have notes. */
const NOTED = ['actions', 'data', 'experiments', 'jobs', 'subjects']

/** Pipelines look for these words to tell that a note names a record of another kind. */
const nothingToHangOn = ({ message, details: model }: FilesRefused): string =>
  typeof model === 'string' ? `${model} matching query does not exist.` : message

/** Hangs a note on the record that it names, and keeps the picture that came with it. */
async function hangNote({ recorder, body, written, before, services }: Writing): Promise<void> {
  const { asides, values } = written
  const kind = asides.get('content_type')?.value
  const object = values.object_id ?? before?.object_id
  if (kind !== undefined || values.object_id !== undefined) {
    const { db } = recorder
    const name = kind === undefined ? await contentTypeName(db, Number(before?.content_type_id)) : String(kind)
    const owner = await requireObject(db, name, String(object), NOTED).catch((error: unknown) => {
      throw error instanceof FilesRefused ? new Refused('invalid', nothingToHangOn(error)) : error
    })
    values.content_type_id = owner.content_type_id
  }
  const file = body.file('image')
  if (!file) return
  const width = imageWidth(body.extra('width'), services.imageWidth)
  const { bytes, filename } = file
  const path = await storeNoteImage(services.media, {
    bytes,
    filename,
    objectId: String(object),
    width,
    today: recorder.moment.today,
  })
  recorder.afterRollback(() => services.media.remove(path))
  values.image = path
}

export const notes = resource('/notes', {
  model: Note,
  lookup: byId,
  shape: noteShape,
  writes: { asides: { content_type: { kind: 'longText', help: 'Kind of the record.' } }, complete: hangNote },
  filters: { django: django() },
})

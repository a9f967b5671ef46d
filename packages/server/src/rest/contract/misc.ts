import { Lab, LabMember, Note } from '@alyx/models'
import { currentMembership } from '../../domains/labs/index.ts'
import { column, derived, values } from '../../query/index.ts'
import { django, fieldFilters } from '../filters/index.ts'
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

export const notes = resource('/notes', {
  model: Note,
  lookup: byId,
  shape: noteShape,
  filters: { django: django() },
})

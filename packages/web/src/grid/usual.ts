/** Filters that a list has when it is opened without any: shown as chips and taken away with a click, never hidden. */
import type { Filter } from './address.ts'

export const MINE = (name: string): Filter => ({ name, value: 'me' })
export const is = (name: string, value = 'true'): Filter => ({ name, value })
export const ALIVE = is('death_date__isnull')
export const NOT_BREEDING = is('breeding', 'false')

const USUAL: Readonly<Record<string, readonly Filter[]>> = {
  'subjects.subject': [MINE('responsible_user'), ALIVE, NOT_BREEDING],
  'subjects.subjectrequest': [MINE('user'), is('open')],
  'subjects.breedingpair': [is('start_date__isnull', 'false'), is('end_date__isnull')],
  'subjects.line': [is('is_active')],
  'actions.weighing': [MINE('subject__responsible_user')],
  'actions.wateradministration': [MINE('subject__responsible_user')],
  'actions.waterrestriction': [MINE('subject__responsible_user')],
  'actions.surgery': [MINE('subject__responsible_user'), is('subject__death_date__isnull')],
  'actions.otheraction': [MINE('subject__responsible_user')],
  'actions.notification': [MINE('users')],
  'misc.housing': [is('housing_subjects__end_datetime__isnull')],
}

/** Filters with `me` replaced by somebody's key. */
export const meantBy = (filters: readonly Filter[], me: string): readonly Filter[] =>
  filters.map(({ name, value }) => ({ name, value: value === 'me' ? me : value }))

/** The usual filters of a list. */
export const usualFilters = (model: string): readonly Filter[] => USUAL[model] ?? []

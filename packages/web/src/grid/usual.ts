/** Filters that a list has when it is opened without any: shown as chips and taken away with a click, never hidden. */
import type { Filter } from './address.ts'

type Usual = readonly Filter[]
const MINE = (name: string): Filter => ({ name, value: 'me' })
const is = (name: string, value = 'true'): Filter => ({ name, value })

const USUAL: Readonly<Record<string, Usual>> = {
  'subjects.subject': [MINE('responsible_user'), is('death_date__isnull')],
  'subjects.subjectrequest': [MINE('user')],
  'subjects.breedingpair': [is('start_date__isnull', 'false'), is('end_date__isnull')],
  'subjects.line': [is('is_active')],
  'actions.weighing': [MINE('subject__responsible_user')],
  'actions.wateradministration': [MINE('subject__responsible_user')],
  'actions.waterrestriction': [MINE('subject__responsible_user')],
  'actions.surgery': [MINE('subject__responsible_user')],
  'actions.otheraction': [MINE('subject__responsible_user')],
  'actions.notification': [MINE('users')],
  'misc.housing': [is('housing_subjects__end_datetime__isnull')],
}

/** The usual filters of a list for somebody; `me` becomes their key. */
export const usualFilters = (model: string, me: string): readonly Filter[] =>
  (USUAL[model] ?? []).map(({ name, value }) => ({ name, value: value === 'me' ? me : value }))

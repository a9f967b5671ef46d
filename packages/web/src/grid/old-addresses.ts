/** Parameters of Alyx's own lists, which stand in bookmarks and mails, in the words of this one. */
import { type Address, type Filter, filtersOf, withFilters } from './address.ts'
import { is, NOT_BREEDING } from './usual.ts'

/** What a value of an old parameter stands for, and which of the usual filters it takes the place of. */
interface Old {
  readonly replaces: readonly string[]
  readonly values: Readonly<Record<string, readonly Filter[]>>
}

const all = (...replaces: string[]): Old => ({ replaces, values: { all: [] } })
const aliveOf = (path: string): Old => ({
  replaces: [`${path}death_date__isnull`],
  values: { n: [is(`${path}death_date__isnull`, 'false')], all: [] },
})
const zygosities = (levels: string, others: string): readonly Filter[] => [
  is('zygosity__zygosity__in', levels),
  is('~zygosity__zygosity__in', others),
]
const OF_SUBJECT = { responsible_user: all('subject__responsible_user') }
const SUBJECT: Readonly<Record<string, Old>> = {
  responsible_user: {
    replaces: ['responsible_user'],
    values: {
      all: [],
      stock: [is('responsible_user__is_stock_manager')],
      nostock: [is('responsible_user__is_stock_manager', 'false')],
    },
  },
  alive: aliveOf(''),
  breeder: { replaces: [NOT_BREEDING.name], values: { yes: [is('breeding')], all: [] } },
  zygosity: {
    replaces: [],
    values: {
      p: [is('zygosity__isnull', 'false'), is('~zygosity__zygosity', '0')],
      h: zygosities('2', '0,1,3'),
      n: zygosities('0', '1,2,3'),
      e: zygosities('1', '0,2,3'),
    },
  },
  todo: {
    replaces: [],
    values: {
      g: [is('to_be_genotyped')],
      c: [is('to_be_culled')],
      r: [is('death_date__isnull', 'false'), is('reduced_date__isnull')],
    },
  },
}
const OLD: Readonly<Record<string, Readonly<Record<string, Old>>>> = {
  'subjects.subject': SUBJECT,
  'subjects.subjectrequest': {
    user: all('user'),
    status: { replaces: ['open'], values: { c: [is('open', 'false')], all: [] } },
  },
  'subjects.breedingpair': {
    status: {
      replaces: ['start_date__isnull', 'end_date__isnull'],
      values: { p: [is('start_date__isnull', 'false'), is('end_date__isnull', 'false')], all: [] },
    },
  },
  'subjects.line': { is_active: all('is_active') },
  'actions.weighing': OF_SUBJECT,
  'actions.wateradministration': OF_SUBJECT,
  'actions.waterrestriction': { ...OF_SUBJECT, active: { replaces: [], values: { active: [is('end_time__isnull')] } } },
  'actions.surgery': { ...OF_SUBJECT, alive: aliveOf('subject__') },
  'actions.otheraction': OF_SUBJECT,
  'actions.session': {
    has_narrative: {
      replaces: [],
      values: { narrative: [is('narrative__regex', '\\S')], no_narrative: [is('~narrative__regex', '\\S')] },
    },
    // Notes hang on any kind of row, and no path leads to them.
    has_note: { replaces: [], values: { notes: [], no_notes: [] } },
  },
  'actions.notification': { users: all('users') },
  'misc.note': {
    has_image: { replaces: [], values: { image: [is('image__isnull', 'false')], no_image: [is('image__isnull')] } },
  },
  'misc.housing': { 'Housing Current': { replaces: ['housing_subjects__end_datetime__isnull'], values: { All: [] } } },
}

/** Parameters that asked for pages, counts and orders by number, which lists do not have any more. */
const GONE: ReadonlySet<string> = new Set(['p', 'all', '_facets', 'o', 'e'])
const ENDINGS: readonly (readonly [RegExp, string])[] = [
  [/__id__exact$/, ''],
  [/__range__(gte|lte)$/, '__date__$1'],
]
const renamed = (name: string): string => ENDINGS.reduce((made, [ending, now]) => made.replace(ending, now), name)

/**
 * A bookmark of Alyx as an address of these pages; other addresses as they are. What a bookmark did not say, Alyx filled
 * in: its lists were never without their usual filters.
 */
export function translated(address: Address, model: string, usual: readonly Filter[]): Address {
  const given = filtersOf(address)
  const old = ({ name, value }: Filter) => OLD[model]?.[name]?.values[value]
  const isOld = given.some(
    (filter) => old(filter) || filter.name === 'q' || GONE.has(filter.name) || renamed(filter.name) !== filter.name,
  )
  if (!isOld) return address
  const replaced = new Set(given.flatMap((filter) => (old(filter) ? OLD[model]![filter.name]!.replaces : [])))
  const said = given.flatMap((filter): readonly Filter[] => {
    if (GONE.has(filter.name) || filter.name === 'q') return []
    return old(filter) ?? [{ name: renamed(filter.name), value: filter.value }]
  })
  const names = new Set(said.map(({ name }) => name))
  const kept = usual.filter(({ name }) => !replaced.has(name) && !names.has(name))
  const words = given.find(({ name }) => name === 'q')?.value
  return withFilters({ ...(words && { search: words }) }, [...kept, ...said])
}

import { LabMember, type Model, modelNamed, Session, Subject } from '@alyx/models'
import { type AliasedRow, readSessionAlias, sessionsOfAlias } from '../../domains/actions/index.ts'
import type { Account } from '../../domains/labs/index.ts'
import { type FoundRow, type NamedModel, rowsCalled, rowsWithKeys } from '../../query/index.ts'
import { visible } from '../../rights/index.ts'
import { otherwise, text, whole } from '../kinds.ts'
import { addressOf, pageAddressOf, sees, served } from '../models.ts'
import { type Page, reading } from '../page.ts'

/** Models whose rows are looked for by name, what people look for most first. */
const SOUGHT: readonly (readonly [key: string, paths: readonly string[]])[] = [
  ['subjects.subject', ['nickname', 'ear_mark']],
  ['misc.labmember', ['username', 'first_name', 'last_name', 'email']],
  ['subjects.project', ['name']],
  ['misc.lab', ['name']],
  ['subjects.line', ['nickname', 'name']],
  ['misc.housing', ['cage_name']],
  ['subjects.litter', ['name']],
  ['subjects.breedingpair', ['name']],
  ['data.dataset', ['name']],
  ['data.datasettype', ['name']],
  ['data.tag', ['name']],
  ['data.datarepository', ['name']],
  ['experiments.probeinsertion', ['serial']],
  ['experiments.brainregion', ['acronym', 'name']],
  ['subjects.allele', ['nickname', 'name']],
  ['subjects.strain', ['name']],
  ['actions.proceduretype', ['name']],
  ['data.datanotice', ['name']],
  ['misc.lablocation', ['name']],
  ['misc.note', ['text']],
]

interface Result {
  readonly kind: 'key' | 'alias' | 'file' | 'name'
  readonly closeness: FoundRow['closeness']
  readonly model: string
  readonly label: string
  readonly id: string
  readonly title: string
  readonly hint: string | null
  readonly url: string
  readonly page: string
}

const result = (kind: Result['kind'], { model, key, title, hint, closeness }: FoundRow): Result => ({
  kind,
  closeness,
  model: model.key,
  label: model.label,
  id: key,
  title,
  hint,
  url: `${addressOf(model)}/${key}`,
  page: pageAddressOf(model, key),
})

const UUIDS = /[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}/gi
const MOST_KEYS = 20

/** Keys anywhere in a text, as PostgreSQL writes them. */
const keysIn = (q: string): string[] =>
  [...new Set((q.match(UUIDS) ?? []).map((one) => one.toLowerCase().replaceAll('-', '')))]
    .slice(0, MOST_KEYS)
    .map((hex) => hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'))

/** Every session has datasets of the same names. */
const REPEATED: readonly Model[] = [modelNamed('data.dataset')]

const soughtBy = (account: Account): NamedModel[] =>
  SOUGHT.flatMap(([key, paths]) => {
    const model = modelNamed(key)
    if (!sees(account, model)) return []
    const only = visible(account, model)
    return only === 'none' ? [] : [{ model, paths, namesRepeat: REPEATED.includes(model), ...(only && { only }) }]
  })

const Dataset: Model = modelNamed('data.dataset')

function resultsOfAlias({
  session,
  alias,
  lab,
  task_protocol,
  dataset,
  dataset_name,
  collection,
}: AliasedRow): Result[] {
  const hint = [lab, task_protocol].filter((word) => word !== null && word !== '').join(' · ') || null
  const row = { model: Session, key: session, title: alias, hint, closeness: 'exact' } as const
  const file = dataset && {
    model: Dataset,
    key: dataset,
    title: dataset_name!,
    hint: [alias, collection].filter((word) => word).join('/'),
    closeness: 'exact' as const,
  }
  return [...(file ? [result('file', file)] : []), result('alias', row)]
}

const CLOSENESS: readonly FoundRow['closeness'][] = ['exact', 'begins', 'contains']
/** Above all, whoever they are: the animal and the person of that very name. */
const FIRST: readonly Model[] = [Subject, LabMember]

/** By how close the name is, then by what people look for most, then by name. */
function ranked(rows: readonly FoundRow[]): FoundRow[] {
  const placeOf = ({ model }: FoundRow) => SOUGHT.findIndex(([key]) => key === model.key)
  return rows.toSorted(
    (a, b) =>
      CLOSENESS.indexOf(a.closeness) - CLOSENESS.indexOf(b.closeness) ||
      placeOf(a) - placeOf(b) ||
      a.title.localeCompare(b.title, 'en', { numeric: true }),
  )
}

/** Of one kind at most so many while others wait: a common name must not push everything else out. */
const AT_MOST_OF_A_KIND = 8

function mixed(rows: readonly FoundRow[], limit: number): FoundRow[] {
  const counts = new Map<Model, number>()
  const [early, late]: [FoundRow[], FoundRow[]] = [[], []]
  for (const row of rows) {
    const count = (counts.get(row.model) ?? 0) + 1
    counts.set(row.model, count)
    ;(count <= AT_MOST_OF_A_KIND || FIRST.includes(row.model) ? early : late).push(row)
  }
  return [...early, ...late].slice(0, limit)
}

export const searchPages: readonly Page[] = [
  {
    url: '/search',
    tag: 'search',
    operations: {
      GET: reading({
        summary: 'Find anything by what somebody typed or pasted.',
        description:
          'Names, ear marks and cages of animals, people, labs, projects, lines, datasets and more; a session as ' +
          '`subject/2026-03-02/001`, with underscores, as a folder or as a file in it; keys (UUIDs) of any record, wherever ' +
          'they stand in the text. Four statements at most.',
        answer: '`results`, the closest first: model, key, title, hint, address of the record and of its page.',
        query: {
          q: text('What is looked for.', { most: 1000 }),
          limit: otherwise(whole('Results at most.', { least: 1, most: 100 }), 20),
        },
        async run({ call, query: { q, limit } }) {
          const { account, database, moment } = call
          const sought = q.trim().replaceAll(/\s+/g, ' ')
          const keys = keysIn(sought)
          const alias = sees(account, Session) ? readSessionAlias(sought) : undefined
          const [keyed, aliased, called] = await Promise.all([
            keys.length > 0
              ? rowsWithKeys(
                  database,
                  served.filter((model) => sees(account, model)),
                  keys,
                  moment,
                )
              : [],
            alias && keys.length === 0 ? sessionsOfAlias(database, alias) : [],
            keys.length > 0 ? [] : rowsCalled(database, soughtBy(account), sought, moment),
          ])
          const results = [
            ...keyed.map((row) => result('key', row)),
            ...aliased.flatMap(resultsOfAlias),
            ...mixed(ranked(called), limit).map((row) => result('name', row)),
          ]
          return { q, results: results.slice(0, limit) }
        },
      }),
    },
  },
]

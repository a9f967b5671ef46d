import { LabMember, type Model, type RowOf } from '@alyx/models'
import { sql } from '../../../database/index.ts'
import { type Draft, type Key, type Recorder, Refused, rulesFor } from '../../../records/index.ts'

type AccountRow = RowOf<typeof LabMember>
type AccountDraft = Draft<typeof LabMember>

/** What gives rights, or takes them: for superusers to say, and nobody gives them to themselves. */
const RIGHTS = [
  'is_superuser',
  'is_staff',
  'is_active',
  'is_stock_manager',
  'is_public_user',
] as const satisfies readonly (keyof AccountRow)[]
/** The same as links. */
const RIGHT_LINKS = ['groups', 'user_permissions']

const usual = (column: (typeof RIGHTS)[number]): boolean => LabMember.fields[column].default.value

/** Rights that a save changes, by name; those of a new account when they are other than usual. */
export const changedRights = ({
  before,
  values,
  links,
}: Pick<AccountDraft, 'before' | 'values' | 'links'>): string[] => [
  ...RIGHTS.filter((column) => values[column] !== (before ? before[column] : usual(column))),
  ...RIGHT_LINKS.filter((field) => field in links && (before !== undefined || links[field]!.length > 0)),
]

/** One statement, and only when rights are changed. @throws Refused `forbidden` for everybody but superusers */
async function refuseRights(drafts: readonly AccountDraft[], { db, actor }: Recorder): Promise<void> {
  const changed = [...new Set(drafts.flatMap(changedRights))]
  // A command is run by whoever has the server in hand.
  if (changed.length === 0 || actor === undefined) return
  const found = await db.rows(sql`select from misc_labmember where id = ${actor.id} and is_superuser and is_active`)
  if (found.length > 0) return
  const labels = changed.map((name) => (LabMember.fields as Model['fields'])[name]?.label ?? name.replaceAll('_', ' '))
  throw new Refused('forbidden', `Only a superuser may change ${labels.join(', ').toLowerCase()} of an account.`)
}

/** Records that would go with an account, in words. */
const COUNTED = {
  'data.dataset': ['dataset', 'datasets'],
  'data.datasettype': ['dataset type', 'dataset types'],
  'data.download': ['download', 'downloads'],
  'misc.note': ['note', 'notes'],
} as const

/** `3 datasets and 1 note`; '' when there is nothing. */
export function recordsInWords(counts: Readonly<Record<string, number>>): string {
  const words = Object.entries(COUNTED).flatMap(([key, [one, many]]) => {
    const count = counts[key] ?? 0
    return count === 0 ? [] : [`${count} ${count === 1 ? one : many}`]
  })
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}

/**
 * What somebody recorded is not theirs to take along. One statement.
 *
 * @throws Refused `in_use` with counts by model, when records would go
 */
async function refuseRemovalOfRecords(rows: readonly Readonly<AccountRow>[], { db }: Recorder): Promise<void> {
  const keys: Key[] = rows.map(({ id }) => id)
  const [found] = await db.objects<Record<string, string>>(sql`
    select (select count(*) from data_dataset where created_by_id = any(${keys}::uuid[])) as "data.dataset",
           (select count(*) from data_datasettype where created_by_id = any(${keys}::uuid[])) as "data.datasettype",
           (select count(*) from data_download where user_id = any(${keys}::uuid[])) as "data.download",
           (select count(*) from misc_note where user_id = any(${keys}::uuid[])) as "misc.note"`)
  const counts = Object.fromEntries(Object.entries(found!).map(([key, count]) => [key, Number(count)]))
  const words = recordsInWords(counts)
  if (words === '') return
  const names = rows.map(({ username }) => username).join(', ')
  throw new Refused(
    'in_use',
    `${words} of ${names} would be removed too. Untick "Active" instead: the account can then no longer be used, and its records stay.`,
    { details: counts },
  )
}

export const accountRules = rulesFor(LabMember, {
  prepare: refuseRights,
  beforeRemoval: refuseRemovalOfRecords,
})

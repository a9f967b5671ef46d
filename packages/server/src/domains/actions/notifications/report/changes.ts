import { all } from '@alyx/models'
import { type Db, sql } from '../../../../database/index.ts'
import type { Section } from './sections.ts'

const WORDS = { insert: 'made', update: 'changed', delete: 'removed' } as const

interface Changes {
  readonly reader: string
  readonly table_name: string
  readonly operation: keyof typeof WORDS
  readonly records: number
}

const byTable = new Map(all.map((model) => [model.table, model]))

/**
 * What each person changed on the day before `today`, from the history: records counted by kind and by what was done. Links
 * between records are left out. One statement.
 */
export async function pastChanges(db: Db, readers: readonly string[], today: string): Promise<Map<string, Section>> {
  const found = await db.objects<Changes>(sql`
    select user_id as reader, table_name, operation, count(distinct key)::integer as records
      from alyx.change
     where user_id = any(${readers}::uuid[]) and at >= ${today}::date - 1 and at < ${today}::date
       and operation = any(${Object.keys(WORDS)}::text[])
     group by user_id, table_name, operation
     order by table_name, operation`)
  return new Map(
    readers.map((reader) => [
      reader,
      {
        title: 'Your changes of yesterday',
        lines: found.flatMap(({ reader: by, table_name, operation, records }) => {
          const model = byTable.get(table_name)
          if (by !== reader || model === undefined) return []
          return [`${records} ${records === 1 ? model.label : model.plural} ${WORDS[operation]}.`]
        }),
      },
    ]),
  )
}

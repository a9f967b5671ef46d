import { type Db, sql } from '../../database/index.ts'

/** Whether a tag has exactly this name. */
export async function tagExists(db: Db, name: string): Promise<boolean> {
  const [row] = await db.rows(sql`select exists (select 1 from data_tag where name = ${name})`)
  return row![0] === 't'
}

import { type Db, sql } from '../../../database/index.ts'
import { Refused } from '../../../records/index.ts'

/**
 * Nothing is done for a name that nobody has: an empty answer would look like "all is well".
 *
 * @throws Refused `missing`
 */
export async function requireNamed(
  db: Db,
  { lab, repository }: { readonly lab?: string | undefined; readonly repository?: string | undefined },
): Promise<void> {
  const [found] = await db.rows(sql`
    select exists (select 1 from misc_lab where name = ${lab ?? null}::text),
      exists (select 1 from data_datarepository where name = ${repository ?? null}::text)`)
  const [hasLab, hasRepository] = found!
  if (lab !== undefined && hasLab === 'f') throw new Refused('missing', `There is no lab "${lab}".`)
  if (repository !== undefined && hasRepository === 'f')
    throw new Refused('missing', `There is no data repository "${repository}".`)
}

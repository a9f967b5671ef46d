/** Which pages of the web application a person uses, so that their menu begins with these. */
import { type Db, raw, sql } from '../../../database/index.ts'

/** What was visited weighs half after so many days: a menu follows what people do now. */
const HALF_LIFE_DAYS = 30
/** Pages that are remembered of one person. */
const MOST_PAGES = 200

const faded = (score: string) =>
  `${score} * power(0.5, extract(epoch from now() - p.last_at) / (86400.0 * ${HALF_LIFE_DAYS}))`

/** Counts a visit. One statement, and no row of Alyx's tables. */
export async function countVisit(db: Db, person: string, page: string): Promise<void> {
  await db.execute(sql`
    with visited as (
      insert into alyx.page_use as p (user_id, page, score, last_at) values (${person}, ${page}, 1, now())
      on conflict (user_id, page) do update set score = 1 + ${raw(faded('p.score'))}, last_at = now()
      returning page
    )
    delete from alyx.page_use p where p.user_id = ${person} and p.page not in (select page from visited) and p.page in (
      select page from alyx.page_use p where p.user_id = ${person} order by ${raw(faded('p.score'))} desc, page
      offset ${MOST_PAGES - 1})`)
}

/** The pages that a person uses most lately, the most used first. One statement. */
export function mostUsedPages(db: Db, person: string, limit: number): Promise<{ page: string; score: number }[]> {
  return db.objects(sql`
    select p.page, round((${raw(faded('p.score'))})::numeric, 3)::float8 as score from alyx.page_use p
     where p.user_id = ${person} order by ${raw(faded('p.score'))} desc, p.page limit ${limit}`)
}

import { sql } from '../../../database/index.ts'
import type { DefaultRule, Key, Recorder, RuleBook } from '../../../records/index.ts'

type SubjectDefault = Extract<DefaultRule, 'default_species' | 'default_source' | 'default_responsible_user'>

/** The laboratory mouse, under the key that it has in every Alyx. */
const MOUSE = { id: '60f915ba-bdf4-444a-ada0-be7ebd3c1826', name: 'Mus musculus', nickname: 'Laboratory mouse' }

/**
 * What an animal is, where it comes from and who answers for it when nobody says.
 *
 * Source: Alyx 3.6.1, subjects/models.py, default_species, default_source, default_responsible.
 */
export const subjectDefaults: Pick<RuleBook['defaults'], SubjectDefault> = {
  /** The laboratory mouse, made when the laboratory has no such species. */
  default_species: async (recorder) => (await findMouse(recorder)) ?? (await makeMouse(recorder)),

  /** The source that the installation names; null when it names none or there is none of the name. */
  default_source: async ({ db, settings }) =>
    settings.defaultSource === undefined
      ? null
      : firstKey(
          db.rows(sql`select id from subjects_source where name = ${settings.defaultSource} order by id limit 1`),
        ),

  /** A stock manager, because new animals belong to the stock; without one, whoever records. */
  default_responsible_user: async ({ db, actor }) =>
    (await firstKey(
      db.rows(sql`select id from misc_labmember where is_stock_manager and is_active order by username limit 1`),
    )) ??
    actor?.id ??
    null,
}

const findMouse = ({ db }: Recorder): Promise<Key | null> =>
  firstKey(db.rows(sql`select id from subjects_species where nickname = ${MOUSE.nickname}`))

async function makeMouse(recorder: Recorder): Promise<Key | null> {
  // Whoever makes it at the same time is waited for, and neither is at fault.
  await recorder.db.execute(
    sql`insert into subjects_species (id, name, nickname) values (${MOUSE.id}, ${MOUSE.name}, ${MOUSE.nickname}) on conflict do nothing`,
  )
  return findMouse(recorder)
}

const firstKey = async (found: Promise<(string | null)[][]>): Promise<Key | null> => (await found)[0]?.[0] ?? null

import { sql } from '../../../database/index.ts'
import type { DefaultRule, Key, Recorder, RuleBook } from '../../../records/index.ts'

type ActionDefault = Extract<DefaultRule, 'default_water_type' | 'default_surgery_location'>

/** Rows that new records refer to when nobody says otherwise; null where the laboratory has no row of that name. */
export const actionDefaults: Pick<RuleBook['defaults'], ActionDefault> = {
  /** The water type called Water. */
  default_water_type: ({ db }: Recorder) =>
    firstKey(db.rows(sql`select id from actions_watertype where name = 'Water'`)),
  /** The first place called Surgery Room. */
  default_surgery_location: ({ db }: Recorder) =>
    firstKey(db.rows(sql`select id from misc_lablocation where name = 'Surgery Room' order by id limit 1`)),
}

const firstKey = async (found: Promise<(string | null)[][]>): Promise<Key | null> => (await found)[0]?.[0] ?? null

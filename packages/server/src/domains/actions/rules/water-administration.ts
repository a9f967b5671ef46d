import { WaterAdministration } from '@alyx/models'
import { sql } from '../../../database/index.ts'
import { type Draft, invalid, type Recorder, rulesFor, type Saved } from '../../../records/index.ts'
import { noteAdditions } from './admin-log.ts'
import { requireTimes } from './required-time.ts'

type WaterDraft = Draft<typeof WaterAdministration>

/** How Django's log calls water, up to the nickname of the subject. No amount, or none at all, reads as ad lib. */
export const waterTitle = (millilitres: number | null): string =>
  millilitres ? `Water ${millilitres.toFixed(2)}g for ` : 'Water adlib for '

/** What has to be known of the subject before water is recorded. */
export interface WaterFacts {
  readonly after_death: boolean
  readonly has_restriction: boolean
  /** Type of the latest restriction; null when there is none or it has none. */
  readonly restriction_type: string | null
  /** The type called Water; null when the laboratory has none of that name. */
  readonly plain_water: string | null
}

/**
 * The type of water that nobody named: that of the subject's latest restriction, even if that one names none; without
 * any restriction plain water.
 *
 * @throws Refused when plain water is needed and no type is called so
 */
export function waterTypeOf({ has_restriction, restriction_type, plain_water }: WaterFacts): string | null {
  if (has_restriction) return restriction_type
  if (plain_water === null)
    throw invalid({ water_type: ['No water type is called "Water", which is used when none is named; name the type.'] })
  return plain_water
}

/** @throws Refused with the text that rigs know when the subject was dead on the day of the water */
export function refuseWaterAfterDeath({ after_death }: Pick<WaterFacts, 'after_death'>): void {
  if (after_death) throw invalid({ '': ['Water administration date after death date'] })
}

/** One statement for all of them. */
async function factsOf(drafts: readonly WaterDraft[], { db }: Recorder): Promise<WaterFacts[]> {
  return db.objects<WaterFacts>(sql`
    select coalesce(given.date_time::date > s.death_date, false) as after_death,
           latest.subject_id is not null as has_restriction, latest.water_type_id as restriction_type,
           (select id from actions_watertype where name = 'Water') as plain_water
      from unnest(${drafts.map(({ values }) => values.subject_id)}::uuid[],
                  ${drafts.map(({ values }) => values.date_time)}::timestamptz[])
           with ordinality as given(subject_id, date_time, at)
      left join subjects_subject s on s.id = given.subject_id
      left join lateral (
        select r.subject_id, r.water_type_id from actions_waterrestriction r where r.subject_id = given.subject_id
         order by r.start_time desc nulls last, r.id desc limit 1
      ) latest on true
     order by given.at`)
}

export const waterAdministrationRules = rulesFor(WaterAdministration, {
  async prepare(drafts: readonly WaterDraft[], recorder) {
    requireTimes(drafts, 'date_time', recorder.now)
    const facts = await factsOf(drafts, recorder)
    for (const [at, { values }] of drafts.entries()) {
      const known = facts[at]!
      values.water_type_id ??= waterTypeOf(known)
      refuseWaterAfterDeath(known)
    }
  },

  async follow(saved: readonly Saved<typeof WaterAdministration>[], recorder) {
    const added = saved.filter(({ before }) => before === undefined)
    await noteAdditions(
      recorder,
      WaterAdministration,
      added.map(({ key, after }) => ({
        key,
        subject_id: after.subject_id,
        said: waterTitle(after.water_administered),
      })),
    )
  },
})

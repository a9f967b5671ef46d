import { Cull, Subject } from '@alyx/models'
import { invalid, type Key, type Recorder, Refused, type Saved } from '../../records/index.ts'

/** How a group of animals died. */
export interface Culling {
  /** Day of death; today on the server's calendar when absent. */
  readonly date?: string
  readonly cull_reason?: Key | null
  readonly cull_method?: Key | null
  readonly description?: string
  /** Who culled them; whoever records it when absent. */
  readonly user?: Key | null
  /** What the animals suffered, 1 to 5 as `Subject.actual_severity`; may be absent where it is known already. */
  readonly actual_severity?: number
}

/**
 * Culls animals: their severity, a cull each, and what follows from death. A fixed number of statements.
 *
 * @throws Refused when one does not exist, is culled already, or nobody says what it suffered
 */
export async function cullSubjects(
  recorder: Recorder,
  subjects: readonly Key[],
  { date, cull_reason, cull_method, description, user, actual_severity }: Culling = {},
): Promise<Saved<typeof Cull>[]> {
  const rows = await recorder.lock(Subject, subjects)
  const missing = subjects.filter((key) => !rows.has(key))
  if (missing.length > 0) throw new Refused('missing', `There is no subject with the identifier ${missing.join(', ')}.`)
  const unjudged = [...rows.values()].filter((subject) => (actual_severity ?? subject.actual_severity) === null)
  if (unjudged.length > 0) {
    const names = unjudged.map(({ nickname }) => nickname).sort()
    throw invalid({
      actual_severity: [`Actual severity field must not be null when adding a cull (${names.join(', ')}).`],
    })
  }
  if (actual_severity !== undefined)
    await recorder.change(
      Subject,
      [...rows.keys()].map((key) => ({ key, values: { actual_severity } })),
    )
  return recorder.create(
    Cull,
    [...rows.keys()].map((subject_id) => ({
      subject_id,
      date: date ?? recorder.moment.today,
      cull_reason_id: cull_reason ?? null,
      cull_method_id: cull_method ?? null,
      description: description ?? '',
      user_id: user === undefined ? (recorder.actor?.id ?? null) : user,
    })),
  )
}

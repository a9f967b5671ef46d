import { LabMember } from '@alyx/models'
import { type Database, identifier, sql } from '../../../database/index.ts'
import { addDays, at, clock } from './calendar.ts'
import { Catalogue } from './catalogue.ts'
import { addColony, carriesAll } from './colony.ts'
import { addDatasets } from './datasets.ts'
import { addDeaths } from './deaths.ts'
import { DemoRows } from './demo-rows.ts'
import { planExperiments } from './experiments.ts'
import { addGenetics } from './genetics.ts'
import { addHousing } from './housing.ts'
import { DEMO_MARK } from './identity.ts'
import { addFieldsOfView } from './imaging.ts'
import { addInsertions } from './insertions.ts'
import { addPaperwork } from './paperwork.ts'
import { addPeople } from './people.ts'
import { Random } from './random.ts'
import { addSessions } from './sessions.ts'
import type { Stage } from './stage.ts'
import { addTasks } from './tasks.ts'
import { addPreparations, addWelfare } from './welfare.ts'

export interface DemoOptions {
  /** Day on which the laboratory is looked at, YYYY-MM-DD: its last sessions were the day before. */
  readonly today: string
  /** The same seed and day make the same rows. */
  readonly seed?: string
  /** Django hash of the password that the demo's people get; without it nobody of them can log in. */
  readonly passwordHash?: string
  /** Called after each table. */
  readonly onProgress?: (progress: { readonly model: string; readonly rows: number }) => void
}

/**
 * Fills a database that has the starter data with a laboratory at work: people, colony, genetics, welfare, sessions,
 * datasets, probe insertions, fields of view, tasks. About a year of history, in one transaction.
 *
 * @returns rows by model
 * @throws Error when a demo is there already, or the starter data is not
 */
export async function seedDemo(database: Database, options: DemoOptions): Promise<Record<string, number>> {
  const { today, seed = 'alyx', passwordHash, onProgress } = options
  return await database.transaction(async (db) => {
    const [there] = await db.rows(
      sql`select ${identifier('id')} from ${identifier(LabMember.table)} where right(id::text, 12) = ${DEMO_MARK} limit 1`,
    )
    if (there) throw new Error('the demo laboratory is there already; remove it first to make a new one')
    const rows = new DemoRows(seed, at(addDays(today, -1), clock('22:00')))
    const streams = new Map<string, Random>()
    const random = (topic: string) => {
      const stream = streams.get(topic) ?? new Random(`${seed}/${topic}`)
      streams.set(topic, stream)
      return stream
    }
    buildDemo({ today, rows, catalogue: await Catalogue.read(db, rows), random }, passwordHash)
    return await rows.write(db, onProgress && ((model, count) => onProgress({ model, rows: count })))
  })
}

/** The whole demo in memory: each part builds on those before. */
function buildDemo(stage: Stage, passwordHash: string | undefined): void {
  const people = addPeople(stage, passwordHash)
  const colony = addColony(stage, people, addGenetics(stage, people))
  const experiments = planExperiments(stage, people, colony)
  addDeaths(stage, people, colony, experiments)
  const sessions = addSessions(stage, people, experiments)
  addWelfare(stage, experiments, sessions)
  const busy = new Set(experiments.map(({ animal }) => animal))
  const prepared = colony.animals.filter(
    (animal) =>
      !busy.has(animal) && !animal.death && carriesAll(animal) && animal.litter !== undefined && animal.litter < 14,
  )
  addPreparations(stage, prepared.slice(-4), people.users['sofia.andrade'])
  addHousing(stage, colony, experiments)
  const datasets = addDatasets(stage, sessions)
  addInsertions(stage, sessions, datasets)
  addFieldsOfView(stage, sessions, datasets)
  addTasks(stage, sessions)
  addPaperwork(stage, { people, colony, experiments, sessions, datasets })
}

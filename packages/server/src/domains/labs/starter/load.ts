import { randomUUID } from 'node:crypto'
import {
  CageType,
  CoordinateSystem,
  CullMethod,
  CullReason,
  columnOf,
  DataFormat,
  DataRepositoryType,
  DatasetType,
  Enrichment,
  Food,
  ImagingType,
  Lab,
  type Model,
  ProbeModel,
  ProcedureType,
  primaryKey,
  Source,
  Species,
  WaterType,
} from '@alyx/models'
import { type Db, identifier, join, sql } from '../../../database/index.ts'
import { addBrainRegions } from './brain-regions.ts'
import { readStarterRows, type StarterRow, starterRow } from './starter-rows.ts'

/** The lab that new animals belong to when nobody says otherwise. */
export interface StarterLab {
  readonly id: string
  readonly name: string
  /** Name in the tz database. */
  readonly timezone: string
}

export interface StarterProgress {
  /** `app.model` */
  readonly model: string
  readonly added: number
  /** Models finished, and models in all. */
  readonly done: number
  readonly of: number
}

export interface StarterOptions {
  readonly lab?: StarterLab
  readonly onProgress?: (progress: StarterProgress) => void
}

/** What an Alyx that nobody configured calls its lab. */
const SHIPPED_LAB: StarterLab = {
  id: '4027da48-7be3-43ec-a222-f75dffe36872',
  name: 'cortexlab',
  timezone: 'Europe/London',
}

const MOUSE = {
  id: '60f915ba-bdf4-444a-ada0-be7ebd3c1826',
  name: 'Mus musculus',
  nickname: 'Laboratory mouse',
}

/** Stands in for a type or format that nobody gave. Every installation has ids of its own for these two. */
const unknown = (model: Model): StarterRow => starterRow(model, { id: randomUUID(), name: 'unknown' })

/** Models whose starter rows lie in files. */
const listed: readonly Model[] = [
  ProcedureType,
  WaterType,
  CullReason,
  CullMethod,
  DataRepositoryType,
  DataFormat,
  DatasetType,
  CageType,
  Enrichment,
  Food,
  Source,
  CoordinateSystem,
  ProbeModel,
  ImagingType,
]

/**
 * Adds the rows that are missing; a row with the same key, or the same name to people, counts as present and is left
 * alone. Other clashes (a filename pattern that another dataset type has) leave the new row out.
 *
 * insert into "t" (…) select … from jsonb_populate_recordset(null::"t", $1) as starter
 *  where not exists (select from "t" as present where present."id" = starter."id" or present."name" = starter."name")
 *     on conflict do nothing
 */
async function addMissing(db: Db, model: Model, rows: readonly StarterRow[]): Promise<number> {
  const table = identifier(model.table)
  const columns = join(Object.keys(rows[0] ?? {}).map((column) => identifier(column)))
  const names = [primaryKey(model).name, ...(model.naturalKey ?? ['name'])]
  const same = names.map((name) => {
    const column = identifier(columnOf(model, name))
    return sql`present.${column} = starter.${column}`
  })
  return db.execute(sql`insert into ${table} (${columns})
    select ${columns} from jsonb_populate_recordset(null::${table}, ${JSON.stringify(rows)}::jsonb) as starter
     where not exists (select from ${table} as present where ${join(same, ' or ')})
        on conflict do nothing`)
}

/**
 * Fills a database with what every lab needs before its first animal: procedures, water types, cull reasons, dataset
 * types and formats, probe models, coordinate systems, the brain regions of the Allen atlas, the default species and lab.
 *
 * Safe to run again and on a lab's own database: it adds what is missing and changes nothing that is there, but the name
 * of a lab that is still as the first migration made it.
 *
 * @returns rows added, by `app.model`
 *
 * Source: names and ids of Alyx 3.6.1's fixtures and migrations; the descriptions are our own.
 */
export async function loadStarterData(db: Db, options: StarterOptions = {}): Promise<Record<string, number>> {
  const { onProgress, lab = SHIPPED_LAB } = options
  const steps: { model: string; add: () => Promise<number> }[] = [
    { model: Lab.key, add: () => addLab(db, lab) },
    { model: Species.key, add: () => addMissing(db, Species, [starterRow(Species, MOUSE)]) },
    ...listed.map((model) => ({
      model: model.key,
      add: async () => addMissing(db, model, await startingRows(model)),
    })),
    { model: 'experiments.brainregion', add: () => addBrainRegions(db) },
  ]

  const added: Record<string, number> = {}
  for (const [at, { model, add }] of steps.entries()) {
    added[model] = await add()
    onProgress?.({ model, added: added[model], done: at + 1, of: steps.length })
  }
  return added
}

/** The first migration makes a lab, as Alyx's does, before anybody can have said what it is called. */
async function addLab(db: Db, lab: StarterLab): Promise<number> {
  if (lab.name !== SHIPPED_LAB.name) {
    await db.execute(sql`update misc_lab as lab set name = ${lab.name}, timezone = ${lab.timezone}
      where id = ${lab.id} and name = ${SHIPPED_LAB.name} and institution = '' and address = ''
        and not exists (select from misc_lab as other where other.name = ${lab.name})
        and not exists (select from subjects_subject where lab_id = lab.id)`)
  }
  return addMissing(db, Lab, [starterRow(Lab, { ...lab })])
}

async function startingRows(model: Model): Promise<StarterRow[]> {
  const rows = await readStarterRows(model)
  return model === DataFormat || model === DatasetType ? [unknown(model), ...rows] : rows
}

import {
  BrainRegion,
  CageType,
  ContentType,
  CoordinateSystem,
  CullMethod,
  CullReason,
  DataFormat,
  DataRepositoryType,
  DatasetType,
  Enrichment,
  Food,
  ImagingType,
  type Model,
  ProbeModel,
  ProcedureType,
  primaryKey,
  type RowOf,
  Source,
  Species,
  Strain,
  WaterType,
} from '@alyx/models'
import { type Db, identifier, sql } from '../../../database/index.ts'
import type { DemoRows } from './demo-rows.ts'

/** Models whose rows the demo takes from the installation's starter data, and the column by which it knows them. */
const known = new Map<Model, string>([
  [CageType, 'name'],
  [CoordinateSystem, 'name'],
  [CullMethod, 'name'],
  [CullReason, 'name'],
  [DataFormat, 'file_extension'],
  [DataRepositoryType, 'name'],
  [DatasetType, 'name'],
  [Enrichment, 'name'],
  [Food, 'name'],
  [ImagingType, 'name'],
  [ProbeModel, 'probe_model'],
  [ProcedureType, 'name'],
  [Source, 'name'],
  [Species, 'nickname'],
  [Strain, 'name'],
  [WaterType, 'name'],
  [BrainRegion, 'acronym'],
  [ContentType, 'model'],
])

/** The rows that are in the database already, by what people call them. */
export class Catalogue {
  readonly #rows: DemoRows
  readonly #found: ReadonlyMap<Model, Map<string, string>>

  private constructor(rows: DemoRows, found: ReadonlyMap<Model, Map<string, string>>) {
    this.#rows = rows
    this.#found = found
  }

  static async read(db: Db, rows: DemoRows): Promise<Catalogue> {
    const found = new Map<Model, Map<string, string>>()
    for (const [model, column] of known) {
      const app = model === ContentType ? sql`app_label || '.' || model` : identifier(column)
      const pairs = await db.rows(
        sql`select ${app}, ${identifier(primaryKey(model).column)} from ${identifier(model.table)} order by 2 desc`,
      )
      found.set(model, new Map(pairs.map(([name, key]) => [name ?? '', key ?? ''])))
    }
    return new Catalogue(rows, found)
  }

  /**
   * Key of the row of that name. A row that the starter data does not have is added to the demo.
   *
   * @param rest its other values when it has to be added
   */
  key<M extends Model>(model: M, name: string, rest: Partial<RowOf<M>> = {}): string {
    const names = this.#found.get(model)
    const key = names?.get(name)
    if (key !== undefined) return key
    const column = known.get(model) ?? 'name'
    const added = this.#rows.add(model, { name, [column]: name, ...rest } as Partial<RowOf<M>>)
    names?.set(name, added)
    return added
  }

  /** @throws Error when the starter data has not been loaded */
  brainRegion(acronym: string): string {
    return this.#required(BrainRegion, acronym)
  }

  /** Content type of a model. */
  contentType(model: Model): string {
    return this.#required(ContentType, model.key)
  }

  #required(model: Model, name: string): string {
    const key = this.#found.get(model)?.get(name)
    if (key === undefined) throw new Error(`the demo needs the starter data: there is no ${model.label} "${name}"`)
    return key
  }
}

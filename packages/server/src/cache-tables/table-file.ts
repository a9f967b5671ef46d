import { type FileHandle, open } from 'node:fs/promises'
import type { SchemaElement } from 'hyparquet'
import { ByteWriter, ParquetWriter } from 'hyparquet-writer'
import { arrowSchema } from './arrow-schema.ts'
import { COLUMN_KINDS } from './column-kinds.ts'
import { pandasMetadata } from './pandas-metadata.ts'
import { QUALITIES, type TableShape } from './tables.ts'
import { writeWords } from './word-column.ts'

/** Rows that are held in memory at a time, and that readers fetch at a time. */
const GROUP_ROWS = 25_000
/** A proxy, or people with an account of the machine, read the files. */
const FILE_MODE = 0o644
/** What pandas and the other readers have always called the root. */
const ROOT = 'schema'

/** A table that was written. */
export interface WrittenTable {
  readonly rows: number
  readonly bytes: number
}

/** Bytes that go to a file after each group of rows. */
class FileBytes extends ByteWriter {
  readonly #file: FileHandle

  constructor(file: FileHandle) {
    super()
    this.#file = file
  }

  async flush(): Promise<void> {
    const bytes = new Uint8Array(this.buffer, 0, this.index)
    for (let at = 0; at < bytes.length; ) at += (await this.#file.write(bytes, at, bytes.length - at)).bytesWritten
    this.index = 0
  }

  override async finish(): Promise<void> {
    await this.flush()
  }
}

/**
 * Writes a Parquet file from rows that come in pieces; never more than one group of them is in memory. The bytes are on
 * the disk when this resolves.
 *
 * @param pieces rows as PostgreSQL's texts, in the order of the table's columns
 * @param one    what ONE wants to know of the table, JSON
 * @returns rows and bytes of the file
 */
export async function writeTable(
  path: string,
  shape: TableShape,
  pieces: AsyncIterable<(string | null)[][]>,
  one: string,
): Promise<WrittenTable> {
  const file = await open(path, 'wx', FILE_MODE)
  try {
    const writer = new FileBytes(file)
    const about = { one_metadata: one, pandas: pandasMetadata(shape) }
    const kvMetadata = Object.entries({ ...about, 'ARROW:schema': arrowSchema(shape, about) }).map(([key, value]) => ({
      key,
      value,
    }))
    const parquet = new ParquetWriter({ writer, schema: schemaOf(shape), createdBy: 'alyx', kvMetadata })
    let group: (string | null)[][] = []
    for await (const piece of pieces) {
      group = group.length === 0 ? piece : group.concat(piece)
      while (group.length >= GROUP_ROWS) {
        await writeGroup(parquet, shape, group.slice(0, GROUP_ROWS))
        group = group.slice(GROUP_ROWS)
      }
    }
    if (group.length > 0) await writeGroup(parquet, shape, group)
    await parquet.finish()
    await file.sync()
    return { rows: Number(parquet.num_rows), bytes: writer.offset }
  } finally {
    await file.close()
  }
}

/** Every column may be empty, as pandas declares them. */
function schemaOf({ columns }: TableShape): SchemaElement[] {
  const entries = Object.entries(columns)
  return [
    { name: ROOT, repetition_type: 'REQUIRED', num_children: entries.length },
    ...entries.map(
      ([name, kind]): SchemaElement => ({ name, repetition_type: 'OPTIONAL', ...COLUMN_KINDS[kind].parquet }),
    ),
  ]
}

async function writeGroup(parquet: ParquetWriter, { columns }: TableShape, rows: (string | null)[][]): Promise<void> {
  const read = Object.entries(columns).map(([name, kind], at) => {
    const { read: value, statistics } = COLUMN_KINDS[kind]
    const data = rows.map((row) => (row[at] === null ? null : value(row[at] as string)))
    return { name, kind, data, statistics, offsetIndex: false }
  })
  await parquet.write({ columnData: read.filter(({ kind }) => kind !== 'quality'), rowGroupSize: rows.length })
  const group = parquet.row_groups.at(-1)!
  for (const [at, { name, kind, data }] of read.entries()) {
    if (kind !== 'quality') continue
    const chunk = writeWords(parquet.writer, { name }, [...QUALITIES.values()], data as (string | null)[])
    // Where a column lies in the file is told with it; here it stands where the schema has it.
    group.columns.splice(at, 0, chunk)
    group.total_byte_size += chunk.meta_data!.total_uncompressed_size
    group.total_compressed_size! += chunk.meta_data!.total_compressed_size
  }
  await parquet.writer.flush?.()
}

import { readFile } from 'node:fs/promises'
import { inflateRawSync } from 'node:zlib'
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet'

/** A table as a reader of Parquet sees it. */
export interface ReadTable {
  readonly rows: readonly Readonly<Record<string, unknown>>[]
  /** `name: type of Parquet (what it stands for)`, in order. */
  readonly columns: readonly string[]
  readonly one: Readonly<Record<string, unknown>>
  readonly pandas: {
    readonly index_columns: readonly string[]
    readonly columns: readonly { readonly name: string; readonly pandas_type: string; readonly numpy_type: string }[]
  }
  readonly groups: number
}

export async function readTable(path: string): Promise<ReadTable> {
  const file = await asyncBufferFromFile(path)
  const { schema, key_value_metadata, row_groups } = await parquetMetadataAsync(file)
  const about = (key: string) => JSON.parse(key_value_metadata!.find((pair) => pair.key === key)!.value!)
  return {
    rows: await parquetReadObjects({ file }),
    columns: schema
      .slice(1)
      .map(({ name, type, converted_type }) => `${name}: ${[type, converted_type].filter(Boolean).join(' ')}`),
    one: about('one_metadata'),
    pandas: about('pandas'),
    groups: row_groups.length,
  }
}

const ENTRY = 0x02014b50

/** Files of an archive, in their order, by their names. */
export async function readZip(path: string): Promise<Map<string, Buffer>> {
  const bytes = await readFile(path)
  const files = new Map<string, Buffer>()
  const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'))
  let at = bytes.readUInt32LE(end + 16)
  while (bytes.readUInt32LE(at) === ENTRY) {
    const method = bytes.readUInt16LE(at + 10)
    const packed = bytes.readUInt32LE(at + 20)
    const [nameLength, extra, comment] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ]
    const local = bytes.readUInt32LE(at + 42)
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28)
    const content = bytes.subarray(start, start + packed)
    files.set(
      bytes.toString('utf8', at + 46, at + 46 + nameLength),
      method === 8 ? inflateRawSync(content) : Buffer.from(content),
    )
    at += 46 + nameLength + extra + comment
  }
  return files
}

import { Builder } from 'flatbuffers'
import { type ArrowType, COLUMN_KINDS } from './column-kinds.ts'
import type { TableShape } from './tables.ts'

/** Numbers of Arrow's Message.fbs and Schema.fbs. */
const VERSION_5 = 4
const SCHEMA = 1
const TYPE = { int: 2, utf8: 5, bool: 6, date: 8 } as const
const MILLISECOND = 1
const DAY = 0

const CONTINUES = 0xffffffff
const ALIGNMENT = 8

/**
 * The schema of a table as Arrow writes it into a Parquet file: what Parquet itself has no words for, such as a list of
 * words with an order, survives in it.
 *
 * @param about keys and values of the file: Arrow takes them from here when there is such a schema
 * @returns an encapsulated message in base64, the value of the key `ARROW:schema`
 */
export function arrowSchema({ columns }: TableShape, about: Readonly<Record<string, string>>): string {
  const builder = new Builder()
  const fields = Object.entries(columns).map(([name, kind]) => field(builder, name, COLUMN_KINDS[kind].arrow))
  const list = offsets(builder, fields)
  const pairs = offsets(
    builder,
    Object.entries(about).map(([key, value]) => pair(builder, key, value)),
  )
  builder.startObject(4)
  builder.addFieldOffset(1, list, 0)
  builder.addFieldOffset(2, pairs, 0)
  const schema = builder.endObject()
  builder.startObject(5)
  builder.addFieldInt16(0, VERSION_5, 0)
  builder.addFieldInt8(1, SCHEMA, 0)
  builder.addFieldOffset(2, schema, 0)
  builder.finish(builder.endObject())
  const message = builder.asUint8Array()
  const padded = Math.ceil(message.length / ALIGNMENT) * ALIGNMENT
  const bytes = Buffer.alloc(8 + padded)
  bytes.writeUInt32LE(CONTINUES, 0)
  bytes.writeUInt32LE(padded, 4)
  bytes.set(message, 8)
  return bytes.toString('base64')
}

function pair(builder: Builder, key: string, value: string): number {
  const [name, text] = [builder.createString(key), builder.createString(value)]
  builder.startObject(2)
  builder.addFieldOffset(0, name, 0)
  builder.addFieldOffset(1, text, 0)
  return builder.endObject()
}

function field(builder: Builder, name: string, arrow: ArrowType): number {
  const title = builder.createString(name)
  const children = offsets(builder, [])
  const dictionary = arrow.is === 'ordered words' ? orderedDictionary(builder) : 0
  const [number, type] = typeOf(builder, arrow)
  builder.startObject(7)
  builder.addFieldOffset(0, title, 0)
  builder.addFieldInt8(1, 1, 0)
  builder.addFieldInt8(2, number, 0)
  builder.addFieldOffset(3, type, 0)
  builder.addFieldOffset(4, dictionary, 0)
  builder.addFieldOffset(5, children, 0)
  return builder.endObject()
}

function typeOf(builder: Builder, arrow: ArrowType): [number: number, type: number] {
  if (arrow.is === 'unsigned') return [TYPE.int, integer(builder, arrow.bits, false)]
  if (arrow.is === 'day') {
    builder.startObject(1)
    builder.addFieldInt16(0, DAY, MILLISECOND)
    return [TYPE.date, builder.endObject()]
  }
  builder.startObject(0)
  return [arrow.is === 'bool' ? TYPE.bool : TYPE.utf8, builder.endObject()]
}

function integer(builder: Builder, bits: number, isSigned: boolean): number {
  builder.startObject(2)
  builder.addFieldInt32(0, bits, 0)
  builder.addFieldInt8(1, Number(isSigned), 0)
  return builder.endObject()
}

/** As pandas keeps categories: places of eight bits, and the order of the words means something. */
function orderedDictionary(builder: Builder): number {
  const places = integer(builder, 8, true)
  builder.startObject(4)
  builder.addFieldOffset(1, places, 0)
  builder.addFieldInt8(2, 1, 0)
  return builder.endObject()
}

function offsets(builder: Builder, all: readonly number[]): number {
  builder.startVector(4, all.length, 4)
  for (const offset of all.toReversed()) builder.addOffset(offset)
  return builder.endVector()
}

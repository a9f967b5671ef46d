import { types } from 'pg'

/** The parser that leaves PostgreSQL's text as it is. */
const asText = (text: string): string => text

/** An int8 as a number, or as a bigint when a number would round it. */
function asInteger(text: string): number | bigint {
  const number = Number(text)
  return Number.isSafeInteger(number) ? number : BigInt(text)
}

const asBoolean = (text: string): boolean => text === 't'

type Parse = (text: string) => unknown

/** Oids of pg_type with the oid of their array type. Dates and times are absent: they stay text, see Db.objects. */
const PARSED: readonly { oid: number; array: number; parse: Parse }[] = [
  { oid: 16, array: 1000, parse: asBoolean },
  { oid: 20, array: 1016, parse: asInteger }, // int8
  { oid: 21, array: 1005, parse: Number }, // int2
  { oid: 23, array: 1007, parse: Number }, // int4
  { oid: 26, array: 1028, parse: Number }, // oid
  { oid: 700, array: 1021, parse: Number }, // float4
  { oid: 701, array: 1022, parse: Number }, // float8
  { oid: 114, array: 199, parse: JSON.parse }, // json
  { oid: 3802, array: 3807, parse: JSON.parse }, // jsonb
]

/** Array types whose elements stay text: name, bpchar, text, varchar, uuid, numeric, date, time, timestamp, timestamptz. */
const TEXT_ARRAYS = [1003, 1014, 1009, 1015, 2951, 1231, 1182, 1183, 1115, 1185] as const

const TEXT_ARRAY_OID = 1009

// pg's own reader of text arrays; elements are converted afterwards so that we need no second copy of the array grammar.
const readArray: (text: string) => Nested<string> = types.getTypeParser(TEXT_ARRAY_OID as number, 'text')

type Nested<T> = (T | null | Nested<T>)[]

function converted(values: Nested<string>, parse: Parse): Nested<unknown> {
  return values.map((value) => (Array.isArray(value) ? converted(value, parse) : value === null ? null : parse(value)))
}

const parsers = new Map<number, Parse>()
for (const { oid, array, parse } of PARSED) {
  // Wrapped: JSON.parse has a second parameter, which must stay empty.
  parsers.set(oid, (text) => parse(text))
  parsers.set(array, (text) => converted(readArray(text), (element) => parse(element)))
}
for (const oid of TEXT_ARRAYS) parsers.set(oid, readArray)

/** For rows of text: nothing is parsed. */
export const textTypes = { getTypeParser: () => asText }

/** For rows of objects: parsed as `Db.objects` promises. */
export const objectTypes = { getTypeParser: (oid: number) => parsers.get(oid) ?? asText }

import type { ColumnChunk, SchemaElement } from 'hyparquet'
import { ByteWriter, type ParquetWriter } from 'hyparquet-writer'
import { writePageHeader } from 'hyparquet-writer/src/datapage.js'
import { writeRleBitPackedHybrid } from 'hyparquet-writer/src/encoding.js'
import { writePlain } from 'hyparquet-writer/src/plain.js'

/** The page header counts a bit for each place; five words need three. */
const bitsFor = (words: number): number => Math.ceil(Math.log2(words))

/**
 * Writes a column of words of which there are few, with all of them in its dictionary, in their order, whether they
 * occur or not: readers take the dictionary for the categories. The library's own dictionaries hold what occurs, in the
 * order in which it does.
 *
 * @param values words of the list, null where there is none
 */
export function writeWords(
  writer: ParquetWriter['writer'],
  { name }: SchemaElement,
  words: readonly string[],
  values: readonly (string | null)[],
): ColumnChunk {
  const places = new Map(words.map((word, place) => [word, place]))
  const start = writer.offset
  const dictionary = new ByteWriter()
  writePlain(dictionary, [...words], 'BYTE_ARRAY', undefined)
  writePageHeader(writer, {
    type: 'DICTIONARY_PAGE',
    uncompressed_page_size: dictionary.offset,
    compressed_page_size: dictionary.offset,
    dictionary_page_header: { num_values: words.length, encoding: 'PLAIN' },
  })
  writer.appendBytes(dictionary.getBytes())

  const dataStart = writer.offset
  const levels = new ByteWriter()
  const isThere = values.map((value) => (value === null ? 0 : 1))
  const levelBytes = writeRleBitPackedHybrid(levels, isThere, 1)
  const data = new ByteWriter()
  const there = values.filter((value) => value !== null).map((value) => places.get(value) as number)
  const bits = bitsFor(words.length)
  data.appendUint8(bits)
  writeRleBitPackedHybrid(data, there, bits)
  writePageHeader(writer, {
    type: 'DATA_PAGE_V2',
    uncompressed_page_size: levels.offset + data.offset,
    compressed_page_size: levels.offset + data.offset,
    data_page_header_v2: {
      num_values: values.length,
      num_nulls: values.length - there.length,
      num_rows: values.length,
      encoding: 'RLE_DICTIONARY',
      definition_levels_byte_length: levelBytes,
      repetition_levels_byte_length: 0,
      is_compressed: false,
    },
  })
  writer.appendBytes(levels.getBytes())
  writer.appendBytes(data.getBytes())

  const bytes = BigInt(writer.offset - start)
  return {
    file_offset: BigInt(start),
    meta_data: {
      type: 'BYTE_ARRAY',
      encodings: ['PLAIN', 'RLE_DICTIONARY'],
      path_in_schema: [name],
      codec: 'UNCOMPRESSED',
      num_values: BigInt(values.length),
      total_uncompressed_size: bytes,
      total_compressed_size: bytes,
      data_page_offset: BigInt(dataStart),
      dictionary_page_offset: BigInt(start),
    },
  }
}

import { COLUMN_KINDS } from './column-kinds.ts'
import { QUALITIES, type TableShape } from './tables.ts'

/** The version of pandas whose form of this document is kept to; every later one reads it. */
const FORM = '2.2.3'

/**
 * What pandas writes into a Parquet file to get back the very same table: which columns are the index, and dtypes.
 *
 * @returns JSON, the value of the key `pandas`
 */
export function pandasMetadata({ columns, index }: TableShape): string {
  return JSON.stringify({
    index_columns: index,
    column_indexes: [
      {
        name: null,
        field_name: null,
        pandas_type: 'unicode',
        numpy_type: 'object',
        metadata: { encoding: 'UTF-8' },
      },
    ],
    columns: Object.entries(columns).map(([name, kind]) => {
      const [pandas_type, numpy_type] = COLUMN_KINDS[kind].pandas
      const metadata = kind === 'quality' ? { num_categories: QUALITIES.size, ordered: true } : null
      return { name, field_name: name, pandas_type, numpy_type, metadata }
    }),
    attributes: {},
    creator: { library: 'alyx', version: '0.1.0' },
    pandas_version: FORM,
  })
}

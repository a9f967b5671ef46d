import { FilesRefused } from '../alf-path.ts'
import { extensionOf, objectAndAttribute } from './alf-name.ts'
import { matchesPattern } from './filename-pattern.ts'

/** A dataset type, as far as it recognises files. */
export interface KnownType {
  readonly id: string
  readonly name: string
  /** Shell pattern of file names; '' when the name of the type says which files it means. */
  readonly filename_pattern: string
}

/** A data format, as far as it recognises files. */
export interface KnownFormat {
  readonly id: string
  readonly name: string
  /** With its dot. */
  readonly file_extension: string
}

/** What a file is, by its name. */
export interface Recognised {
  readonly dataset_type_id: string
  readonly data_format_id: string
}

/**
 * Recognises files by their names, each name once however often it is asked for.
 *
 * @throws FilesRefused `unknown_type` or `unknown_format` when not exactly one type, or one format, fits
 */
export function recogniser(types: readonly KnownType[], formats: readonly KnownFormat[]): (name: string) => Recognised {
  const known = new Map<string, Recognised>()
  return (name) => {
    let recognised = known.get(name)
    if (!recognised) {
      recognised = { dataset_type_id: typeOf(types, name).id, data_format_id: formatOf(formats, name).id }
      known.set(name, recognised)
    }
    return recognised
  }
}

/**
 * The types that a file may be of, by its name: one when the laboratory's types are in order.
 *
 * Source: Alyx 3.6.1, data/transfers.py, get_dataset_type.
 */
export function fittingTypes<T extends Pick<KnownType, 'name' | 'filename_pattern'>>(
  types: readonly T[],
  name: string,
): T[] {
  const said = objectAndAttribute(name)
  return types.filter((type) =>
    type.filename_pattern.trim() === '' ? type.name === said : matchesPattern(type.filename_pattern, name),
  )
}

function typeOf(types: readonly KnownType[], name: string): KnownType {
  const fitting = fittingTypes(types, name)
  if (fitting.length === 1) return fitting[0]!
  if (fitting.length === 0) throw new FilesRefused('unknown_type', `No dataset type found for filename "${name}"`)
  const names = fitting.map((type) => type.name).sort()
  throw new FilesRefused(
    'unknown_type',
    `Multiple matching dataset types found for filename "${name}": ${names.join(', ')}`,
  )
}

function formatOf(formats: readonly KnownFormat[], name: string): KnownFormat {
  const extension = extensionOf(name)
  const fitting = formats.filter(({ file_extension }) => file_extension === extension)
  if (fitting.length === 1) return fitting[0]!
  if (fitting.length === 0)
    throw new FilesRefused('unknown_format', `No data format has the extension "${extension}" of "${name}".`)
  const names = fitting.map((format) => format.name).sort()
  throw new FilesRefused(
    'unknown_format',
    `${fitting.length} data formats have the extension "${extension}" of "${name}": ${names.join(', ')}.`,
  )
}

import { type Db, sql } from '../../database/index.ts'
import { fittingTypes } from './registration/recognition.ts'

/** A dataset type that somebody thinks of making. */
export interface ProposedType {
  readonly name: string
  /** Shell pattern of file names; without one, files are meant whose object and attribute are the name. */
  readonly filename_pattern?: string
  /** Name of a file that it is made for. */
  readonly filename?: string
}

interface TypeInUse {
  readonly name: string
  readonly filename_pattern: string
  /** Name of the dataset of this type that was registered last; null when there is none. */
  readonly latest: string | null
}

/** The type of datasets of which nobody said more: their names have nothing in common. */
const UNKNOWN = 'unknown'

/**
 * What would go wrong if a dataset type were made: names that are taken, files that two types would claim. One
 * statement; nothing is written.
 *
 * @param strict  also tells which types do not recognise their own latest dataset as it is
 * @returns sentences for people; none when the type can be made
 *
 * Source: Alyx 3.6.1, data/management/commands/check_dataset_type.py.
 */
export async function checkDatasetType(
  db: Db,
  proposed: ProposedType,
  { strict = false }: { readonly strict?: boolean } = {},
): Promise<string[]> {
  return faultsOfType(proposed, await typesInUse(db), strict)
}

const typesInUse = (db: Db): Promise<TypeInUse[]> =>
  db.objects<TypeInUse>(sql`
    select t.name, coalesce(t.filename_pattern, '') as filename_pattern, (
      select d.name from data_dataset d where d.dataset_type_id = t.id
      order by d.created_datetime desc nulls last, d.id limit 1
    ) as latest
    from data_datasettype t order by t.name`)

/** As `checkDatasetType`, given the types that there are. */
export function faultsOfType(proposed: ProposedType, types: readonly TypeInUse[], strict: boolean): string[] {
  const fresh = { name: proposed.name, filename_pattern: (proposed.filename_pattern ?? '').toLowerCase(), latest: null }
  return [...takenNames(fresh, types), ...faultsOfSample(proposed, fresh, types), ...lostFiles(fresh, types, strict)]
}

function takenNames(fresh: TypeInUse, types: readonly TypeInUse[]): string[] {
  const named = types.find(({ name }) => name === fresh.name)
  const alike = types.find(
    ({ filename_pattern }) =>
      fresh.filename_pattern !== '' && filename_pattern.toLowerCase() === fresh.filename_pattern,
  )
  return [
    ...(named ? [`There is a dataset type "${fresh.name}" already.`] : []),
    ...(alike ? [`The pattern "${fresh.filename_pattern}" is that of the dataset type "${alike.name}" already.`] : []),
  ]
}

function faultsOfSample({ filename }: ProposedType, fresh: TypeInUse, types: readonly TypeInUse[]): string[] {
  if (filename === undefined) return []
  const fitting = fittingTypes([...types, fresh], filename)
  const others = fitting.filter((type) => type !== fresh)
  return [
    ...(fitting.includes(fresh) ? [] : [`The file "${filename}" would not be of the new type.`]),
    ...(others.length > 0 ? [`The file "${filename}" is of another type already: ${namesOf(others)}.`] : []),
  ]
}

/** Files that the new type would claim although they are of another. */
function lostFiles(fresh: TypeInUse, types: readonly TypeInUse[], strict: boolean): string[] {
  return types.flatMap((type) => {
    if (type.latest === null || type.name === UNKNOWN) return []
    const before = fittingTypes(types, type.latest)
    const claimed = fittingTypes([fresh], type.latest).length > 0
    const isSound = before.length === 1 && before[0] === type
    if (claimed) return [`The new type would claim "${type.latest}", a dataset of the type "${type.name}".`]
    if (isSound || !strict) return []
    const said = before.length === 0 ? 'of no type' : `of the type ${namesOf(before)}`
    return [`By its name "${type.latest}" is ${said}; it was registered as "${type.name}".`]
  })
}

const namesOf = (types: readonly TypeInUse[]): string => types.map(({ name }) => `"${name}"`).join(', ')

import { type Db, sql } from '../../../database/index.ts'
import { FilesRefused } from '../alf-path.ts'
import { unknownUser } from '../protection.ts'
import type { AskedPlace } from './asked.ts'
import type { KnownFormat, KnownType } from './recognition.ts'

/** A repository of files. */
export interface KnownRepository {
  readonly id: string
  readonly name: string
  /** False for a server that others read from; null when nobody said. */
  readonly globus_is_personal: boolean | null
}

/** What a laboratory has to offer to a registration. */
export interface Surroundings {
  /** In whose name files are registered; undefined for what the server does by itself. */
  readonly person: string | undefined
  /** Where the files lie now. */
  readonly repository: KnownRepository | undefined
  /** Names of labs that were asked for and do not exist. */
  readonly missingLabs: readonly string[]
  /** Repositories of the labs asked for or, when none were, of the subject's lab. */
  readonly labRepositories: readonly KnownRepository[]
  readonly types: readonly KnownType[]
  readonly formats: readonly KnownFormat[]
}

type Kind = 'person' | 'named' | 'lab' | 'of_lab' | 'type' | 'format'

/**
 * Everything that does not depend on the owner of the files: one statement.
 *
 * @param actor  key of whoever calls
 * @param subject  nickname of the animal whose lab's repositories are meant when no lab is named
 * @throws FilesRefused `unknown_user` or `unknown_repository`
 */
export async function surroundings(
  db: Db,
  asked: AskedPlace,
  { actor, subject }: { readonly actor: string | undefined; readonly subject: string | undefined },
): Promise<Surroundings> {
  const { created_by, repository, labs } = asked
  const column = repository?.by === 'hostname' ? sql`hostname` : sql`name`
  const rows = await db.rows(sql`
    with meant_lab as (
      select id, name from misc_lab
      where ${
        labs.length > 0
          ? sql`name = any(${[...labs]}::text[])`
          : sql`id in (select lab_id from subjects_subject where nickname = ${subject ?? null}::text)`
      }
    ), of_lab as (
      select distinct r.id, r.name, r.globus_is_personal from data_datarepository r
      join misc_lab_repositories lr on lr.datarepository_id = r.id
      where lr.lab_id in (select id from meant_lab)
    )
    select 'person', id::text, username, null from misc_labmember where username = ${created_by ?? null}::text
    union all select 'named', id::text, name, globus_is_personal::text from data_datarepository where ${column} = ${repository?.value ?? null}::text
    union all select 'lab', id::text, name, null from meant_lab
    union all select 'of_lab', id::text, name, globus_is_personal::text from (select * from of_lab order by name) as of_lab
    union all select 'type', id::text, name, coalesce(filename_pattern, '') from data_datasettype
    union all select 'format', id::text, name, file_extension from data_dataformat`)
  const found = Map.groupBy(rows, ([kind]) => kind as Kind)
  const all = <T>(kind: Kind, read: (row: readonly (string | null)[]) => T): T[] => (found.get(kind) ?? []).map(read)
  const [person] = created_by === undefined ? [actor] : all('person', ([, id]) => id!)
  if (created_by !== undefined && person === undefined) throw unknownUser(created_by)
  const names = new Set(all('lab', ([, , name]) => name!))
  return {
    person,
    repository: onlyRepository(repository, all('named', repositoryOf)),
    missingLabs: labs.filter((name) => !names.has(name)),
    labRepositories: all('of_lab', repositoryOf),
    types: all('type', ([, id, name, pattern]) => ({ id: id!, name: name!, filename_pattern: pattern! })),
    formats: all('format', ([, id, name, extension]) => ({ id: id!, name: name!, file_extension: extension! })),
  }
}

const repositoryOf = ([, id, name, personal]: readonly (string | null)[]): KnownRepository => ({
  id: id!,
  name: name!,
  globus_is_personal: personal === null || personal === undefined ? null : personal === 'true',
})

function onlyRepository(
  asked: AskedPlace['repository'],
  found: readonly KnownRepository[],
): KnownRepository | undefined {
  if (asked === undefined) return undefined
  if (found.length === 0) throw new FilesRefused('unknown_repository', 'The specified repository does not exist.')
  if (found.length > 1)
    throw new FilesRefused(
      'unknown_repository',
      `${found.length} repositories are on the machine "${asked.value}": ${found.map(({ name }) => name).join(', ')}. Name one of them.`,
    )
  return found[0]
}

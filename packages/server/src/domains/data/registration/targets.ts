import { FilesRefused } from '../alf-path.ts'
import type { AskedOwner, AskedPlace } from './asked.ts'
import type { KnownRepository, Surroundings } from './surroundings.ts'

/** A repository that gets a record of each file. */
export interface Target {
  readonly repository: KnownRepository
  /** Whether the files are there. */
  readonly exists: boolean
}

/**
 * Which repositories get records, and in which of them the files are.
 *
 * | | records | files |
 * |---|---|---|
 * | of a session | repositories of the labs, and the named one | in the named one |
 * | of a session, `server_only` | those of the labs that are not personal, and the named one | in all of them |
 * | of another record | the named one | there |
 * | `exists` is false | the same | nowhere |
 *
 * @throws FilesRefused `no_repository` or `unknown_lab`
 */
export function targetsOf(
  owner: AskedOwner,
  { server_only, exists }: Pick<AskedPlace, 'server_only' | 'exists'>,
  { repository, missingLabs, labRepositories }: Pick<Surroundings, 'repository' | 'missingLabs' | 'labRepositories'>,
): Target[] {
  const ofSession = 'session' in owner
  if (!ofSession && !repository)
    throw new FilesRefused(
      'no_repository',
      'A valid repository name or hostname must be provided for non-session datasets.',
    )
  if (missingLabs.length > 0)
    throw new FilesRefused('unknown_lab', 'One or more of the specified labs do not exist.', missingLabs)
  const ofLabs = ofSession
    ? labRepositories.filter(({ globus_is_personal }) => !server_only || globus_is_personal === false)
    : []
  const others = ofLabs.filter(({ id }) => id !== repository?.id)
  return [...(repository ? [repository] : []), ...others].map((one) => ({
    repository: one,
    exists: exists && (server_only || one.id === repository?.id),
  }))
}

import { expect, test } from 'vitest'
import type { AskedOwner } from '../../../../src/domains/data/registration/asked.ts'
import { targetsOf } from '../../../../src/domains/data/registration/targets.ts'

const rig = { id: '1', name: 'rig', globus_is_personal: true }
const server = { id: '2', name: 'server', globus_is_personal: false }
const mirror = { id: '3', name: 'mirror', globus_is_personal: false }
const unknown = { id: '4', name: 'unknown', globus_is_personal: null }
const elsewhere = { id: '5', name: 'elsewhere', globus_is_personal: true }
const labRepositories = [rig, server, mirror, unknown]

const session: AskedOwner = {
  session: { subject: 'a', date: '2026-03-02', number: 1, root: 'a/2026-03-02/1', folders: [] },
}
const object: AskedOwner = { content_type: 'subject', object_id: 'x' }

test.each([
  { said: 'a repository of the lab', repository: server, on: 'server+ rig- mirror- unknown-' },
  { said: 'no repository', repository: undefined, on: 'rig- server- mirror- unknown-' },
  { said: 'a repository of another lab', repository: elsewhere, on: 'elsewhere+ rig- server- mirror- unknown-' },
  { said: 'servers only', server_only: true, repository: undefined, on: 'server+ mirror+' },
  { said: 'servers only, and the rig', server_only: true, repository: rig, on: 'rig+ server+ mirror+' },
  { said: 'not there yet', exists: false, repository: server, on: 'server- rig- mirror- unknown-' },
  {
    said: 'servers only, not there yet',
    exists: false,
    server_only: true,
    repository: rig,
    on: 'rig- server- mirror-',
  },
  { said: 'of no session', owner: object, repository: mirror, on: 'mirror+' },
  { said: 'of no session, not there yet', owner: object, exists: false, repository: mirror, on: 'mirror-' },
])('$said: $on', ({ owner = session, server_only = false, exists = true, repository, on }) => {
  const targets = targetsOf(owner, { server_only, exists }, { repository, missingLabs: [], labRepositories })

  expect(targets.map((target) => target.repository.name + (target.exists ? '+' : '-')).join(' ')).toBe(on)
})

test('files of no session need a repository', () => {
  const nowhere = { repository: undefined, missingLabs: [], labRepositories }

  expect(() => targetsOf(object, { server_only: false, exists: true }, nowhere)).toThrow(
    'A valid repository name or hostname must be provided for non-session datasets.',
  )
})

test('a lab that does not exist is refused', () => {
  const around = { repository: server, missingLabs: ['nolab'], labRepositories: [] }

  expect(() => targetsOf(session, { server_only: false, exists: true }, around)).toThrow(
    'One or more of the specified labs do not exist.',
  )
})

import { Dataset, FileRecord } from '@alyx/models'
import type { Db } from '../../../database/index.ts'
import type { Recorder } from '../../../records/index.ts'
import { FilesRefused } from '../alf-path.ts'
import { datasetsAt } from '../datasets-at.ts'
import { anyProtected, protectionOf } from '../protection.ts'
import { type DatasetOwner, requireObject, requireSession } from '../protection-owner.ts'
import { waitForTurns } from '../turns.ts'
import { type AskedOwner, readPlace, readRegistration } from './asked.ts'
import { joinSession } from './join-session.ts'
import type { Given } from './lists.ts'
import { planRegistration } from './plan.ts'
import { recogniser } from './recognition.ts'
import { recordsAt } from './records-at.ts'
import { type RegisteredFile, registeredFiles } from './registered.ts'
import { requireRevisions } from './revisions.ts'
import { surroundings } from './surroundings.ts'
import { targetsOf } from './targets.ts'

/**
 * Registers files as datasets, with a record in each repository that should have them: makes what is missing, changes
 * what is there. A fixed number of statements, however many files.
 *
 * Two who register files of one session at the same time do it one after the other, so that a file becomes one dataset.
 *
 * @param given  the values of the request by name; see the guide for rig programmers
 * @returns the datasets in the order of the files
 * @throws FilesRefused for the first thing that is wrong; nothing is changed then
 *
 * Source: Alyx 3.6.1, data/views.py, RegisterFileViewSet.
 */
export async function registerFiles(recorder: Recorder, given: Given): Promise<RegisteredFile[]> {
  const { db } = recorder
  const place = readPlace(given)
  const around = await surroundings(db, place, {
    actor: recorder.actor?.id,
    subject: subjectIn(given.get('path')),
  })
  const asked = readRegistration(given)
  const owner = await requireOwner(db, asked.owner)
  const targets = targetsOf(asked.owner, place, around)
  await waitForTurns(db, [owner])
  const datasets = await datasetsAt(db, owner, asked.files)
  if (asked.check_protected) {
    const protection = protectionOf(asked.files, datasets)
    if (anyProtected(protection))
      throw new FilesRefused('protected_files', 'One or more datasets is protected', protection)
  }
  const plan = planRegistration(
    asked.files,
    {
      owner,
      person: around.person,
      targets,
      recognise: recogniser(around.types, around.formats),
      revisions: await requireRevisions(recorder, revisionsOf(asked.files)),
      datasets,
      records: await recordsAt(
        db,
        targets.map(({ repository }) => repository.id),
        asked.files.map(({ relative_path }) => relative_path),
      ),
    },
    asked.default,
  )
  if ('session_id' in owner) await joinSession(recorder, owner, around.person)
  // Those that lose the default come first: a rule may look for defaults that the new ones replace.
  await recorder.change(Dataset, plan.changedDatasets)
  await recorder.create(Dataset, plan.newDatasets)
  await recorder.change(FileRecord, plan.changedRecords)
  await recorder.create(FileRecord, plan.newRecords)
  return registeredFiles(db, plan.keys)
}

const requireOwner = (db: Db, owner: AskedOwner): Promise<DatasetOwner> =>
  'session' in owner ? requireSession(db, owner.session) : requireObject(db, owner.content_type, owner.object_id)

const revisionsOf = (files: readonly { readonly revision: string }[]): string[] =>
  files.map(({ revision }) => revision).filter((name) => name !== '')

/** The animal that a path begins with, before anybody has judged the path. */
const subjectIn = (path: unknown): string | undefined =>
  typeof path === 'string' ? /^[\\/]*([^\\/]+)/.exec(path)?.[1] : undefined

import { Tag } from '@alyx/models'
import { isTagFolder, tablesWritten } from '../../cache-tables/index.ts'
import {
  deedOf,
  type Effect,
  listReleases,
  releaseNames,
  requireDeed,
  reviseDatasets,
  tagDatasets,
  takeBack,
} from '../../domains/data/index.ts'
import type { Recorder } from '../../records/index.ts'
import { requireMaking } from '../../rights/index.ts'
import type { NativeCall } from '../gate.ts'
import { nullable, optional, otherwise, text, truth, uuid } from '../kinds.ts'
import { type Page, reading, recording } from '../page.ts'
import { problems } from '../problem.ts'
import { CHOICE, chosenDatasets, requireChange, told } from './chosen-datasets.ts'

const LONGEST_NAME = 255
const LONGEST_DESCRIPTION = 1023

const ABOUT =
  'The datasets are named by key, or by a `filter` of their list. Who may change a dataset may do it; of others the trial ' +
  'tells how many there are, and `partial` leaves them out. The number of statements is fixed, however many datasets.'
const EFFECT =
  '`datasets` that were chosen, `changed`, `already` so, `protected` before and `protected_after`; `sessions` and `bytes` of ' +
  'those that change; `left`, why others cannot be changed; `deed`, by which it is taken back.'

/** By what the change is taken back, when there was one. */
const named = async ({ db }: Recorder, { request }: NativeCall, { changed }: Effect, dryRun: boolean) =>
  dryRun || changed === 0 ? {} : { deed: await deedOf(db, String(request.id)) }

/** Tags, protection and revisions of many datasets at once, and the tags by which they are handed out. */
export const datasetPages: readonly Page[] = [
  {
    url: '/data/datasets/tags',
    tag: 'data',
    policy: 'members',
    operations: {
      POST: recording({
        summary: 'Give datasets a tag, take one away, or take their protection away.',
        description: `A dataset is protected by a tag that protects: adding one protects, \`unprotect\` removes all of them. ${ABOUT}`,
        answer: EFFECT,
        body: {
          ...CHOICE,
          add: optional(uuid('Key of a tag that they get.')),
          remove: optional(uuid('Key of a tag that they lose.')),
          unprotect: otherwise(truth('They lose every tag that protects.'), false),
        },
        async run({ call, recorder, dryRun, body: { add, remove, unprotect, ...choice } }) {
          const chosen = await chosenDatasets(call, recorder, choice, dryRun)
          const effect = await tagDatasets(recorder, chosen.keys, { add, remove, unprotect }, dryRun)
          return { ...told(effect, chosen), ...(await named(recorder, call, effect, dryRun)) }
        },
      }),
    },
  },
  {
    url: '/data/datasets/revision',
    tag: 'data',
    policy: 'members',
    operations: {
      POST: recording({
        summary: 'Say which revision datasets belong to.',
        description: `Refused for datasets that are protected, whose copies lie in the folder of another revision, or whose place in that revision is taken. ${ABOUT}`,
        answer: EFFECT,
        body: { ...CHOICE, revision: nullable(uuid('Key of the revision; null for the original.')) },
        async run({ call, recorder, dryRun, body: { revision, ...choice } }) {
          const chosen = await chosenDatasets(call, recorder, choice, dryRun)
          const { standing, ...effect } = await reviseDatasets(recorder, chosen.keys, revision, {
            trial: dryRun,
            partial: choice.partial,
          })
          return { ...told(effect, chosen, standing), ...(await named(recorder, call, effect, dryRun)) }
        },
      }),
    },
  },
  {
    url: '/data/datasets/undo',
    tag: 'data',
    policy: 'members',
    operations: {
      POST: recording({
        summary: 'Take a change of tags or revisions of datasets back.',
        description:
          'By who made it, or superusers, and only when none of it was changed since: otherwise 409 saying what, and nothing is ' +
          'changed. A release that was made with it goes.',
        answer: '`datasets`: how many were changed.',
        body: { deed: text('As the change has told it.', { least: 1, most: 250 }) },
        async run({ call: { account }, recorder, body: { deed } }) {
          const done = await requireDeed(recorder, deed, account)
          await requireChange(recorder.db, account, done.datasets)
          await takeBack(recorder, deed, done)
          return { datasets: done.datasets.length }
        },
      }),
    },
  },
  {
    url: '/data/releases',
    tag: 'data',
    operations: {
      GET: reading({
        summary: 'Tags that make their datasets public or protect them, with what is in them.',
        description: 'One statement over all datasets that have such a tag.',
        answer:
          '`results`, the last changed first: datasets, bytes, sessions, labs; `changed_at`, when a dataset got the tag or one of ' +
          'its datasets or the tag itself was changed.',
        run: async ({ call: { database } }) => ({ results: await listReleases(database) }),
      }),
      POST: recording({
        summary: 'Make a release: a new tag, and the datasets that have it.',
        description: ABOUT,
        answer: `\`release\` with its key; ${EFFECT}`,
        status: 201,
        body: {
          ...CHOICE,
          name: text('Name of the tag. Only one of letters, digits and _ has cache tables of its own.', {
            least: 1,
            most: LONGEST_NAME,
          }),
          description: otherwise(text('What its datasets have in common.', { most: LONGEST_DESCRIPTION }), ''),
          public: otherwise(truth('Its datasets are open to everybody.'), false),
          protected: otherwise(truth('Its datasets can neither be changed nor deleted.'), false),
        },
        async run({ call, recorder, dryRun, body: { name, description, public: open, protected: kept, ...choice } }) {
          requireMaking(call.account, Tag)
          if (!open && !kept) throw problems.invalidParameters({ public: ['A release is public, protected, or both.'] })
          const chosen = await chosenDatasets(call, recorder, choice, dryRun)
          const [tag] = await recorder.create(Tag, [{ name, description, public: open, protected: kept }])
          const effect = await tagDatasets(recorder, chosen.keys, { add: tag!.key }, dryRun)
          return {
            release: { id: tag!.key, title: name },
            ...told(effect, chosen),
            ...(await named(recorder, call, effect, dryRun)),
          }
        },
      }),
    },
  },
  {
    url: '/data/releases/tables',
    tag: 'data',
    operations: {
      GET: reading({
        summary: 'Which releases have cache tables of their own, and since when.',
        description:
          'Asks the place where the tables lie: 503 when it does not answer. `alyx one-cache --tag` writes them.',
        answer:
          '`results`: key and name of each release; `possible`, whether its name can be that of a folder; `written_at`, null for none.',
        async run({ call: { database }, services: { tables } }) {
          const releases = await releaseNames(database)
          return {
            results: await Promise.all(
              releases.map(async (release) => {
                const possible = isTagFolder(release.name)
                const written = possible ? await tablesWritten(tables, release.name) : undefined
                return { ...release, possible, written_at: written?.toISOString() ?? null }
              }),
            ),
          }
        },
      }),
    },
  },
]

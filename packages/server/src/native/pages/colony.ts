import { Cull, CullMethod, CullReason, Housing, Litter, Subject, WaterRestriction, WaterType } from '@alyx/models'
import { cullSubjects, endRestriction, startRestriction, undoCulling } from '../../domains/actions/index.ts'
import { moveIntoHousing } from '../../domains/labs/index.ts'
import { addLitters, addPups, fulfilRequest, littersWithPups, weanLitter } from '../../domains/subjects/index.ts'
import type { Recorder, Saved } from '../../records/index.ts'
import { requireMaking, requireRights } from '../../rights/index.ts'
import { day, list, moment, number, object, oneOf, optional, otherwise, text, truth, uuid, whole } from '../kinds.ts'
import { type Page, reading, recording } from '../page.ts'
import { requireReferences } from './references.ts'

const MOST_ANIMALS = 1000
const MOST_PUPS = 40

const animals = list('Keys of animals.', uuid('Key of an animal.'), { least: 1, most: MOST_ANIMALS })
const PUP = object('What is known of a pup.', {
  nickname: optional(text('Name; numbered from the line when absent.', { least: 1, most: 64 })),
  sex: optional(oneOf('Sex.', ['M', 'F', 'U'])),
  ear_mark: optional(text('Mark in the ear.', { most: 32 })),
  cage: optional(text('Cage.', { most: 64 })),
  description: optional(text('Anything else.', { most: 10_000 })),
})
const pups = list('One object for each pup; an empty one for a pup of which nothing is known.', PUP, {
  most: MOST_PUPS,
})
const bySex = <T>(of: (help: string) => T) => ({
  M: of('Of the males.'),
  F: of('Of the females.'),
  U: of('Of the others.'),
})

const unique = (keys: readonly string[]): string[] => [...new Set(keys)]
const named = (saved: readonly Saved<typeof Subject>[]) =>
  saved.map(({ key, after }) => ({ id: key, title: after.nickname }))
const keysOf = (saved: readonly Saved[]) => saved.map(({ key }) => key)

/** New housings for cages, by the names of these. */
async function housingsCalled(recorder: Recorder, cages: readonly string[]): Promise<Map<string, string>> {
  const made = await recorder.create(
    Housing,
    cages.map((cage_name) => ({ cage_name })),
  )
  return new Map(made.map(({ key, after }) => [after.cage_name, key]))
}

/** Moves animals into a housing and writes the name of its cage on them, so that both ways to ask agree. */
async function movedInto(recorder: Recorder, housing: string, subjects: readonly string[], since?: string) {
  const stays = await moveIntoHousing(recorder, housing, subjects, since)
  const { cage_name } = (await recorder.lock(Housing, [housing])).get(housing)!
  await recorder.change(
    Subject,
    subjects.map((key) => ({ key, values: { cage: cage_name } })),
  )
  return stays
}

/** What people do with the animals of a colony, many at once. Each in one transaction; `dry_run` tries it. */
export const colonyPages: readonly Page[] = [
  {
    url: '/colony/litters',
    tag: 'colony',
    operations: {
      GET: reading({
        summary: 'Litters with their living pups.',
        answer: '`results`, the latest first; how many pups are to be weaned and genotyped.',
        query: {
          due: optional(truth('Only those with pups to be weaned or genotyped.')),
          line: optional(uuid('Of this line.')),
          pair: optional(uuid('Of this pair.')),
          litters: optional(list('These.', uuid('Key of a litter.'), { most: 500 })),
        },
        run: async ({ call: { database }, query }) => ({ results: await littersWithPups(database, query) }),
      }),
      POST: recording({
        summary: 'Write a litter of a pair down, with its pups.',
        description: 'Litter and pups are numbered from the line of the pair; pups inherit from litter and father.',
        answer: '`litter` and `pups`, with the names that they got.',
        status: 201,
        body: {
          breeding_pair: uuid('The pair.'),
          birth_date: day('Day of birth.'),
          name: optional(text('Name; numbered from the line when absent.', { least: 1, most: 255 })),
          description: otherwise(text('Anything worth telling.', { most: 10_000 }), ''),
          pups: otherwise(pups, []),
        },
        async run({ call: { account }, recorder, body: { breeding_pair, pups: born, ...litter } }) {
          requireMaking(account, Litter)
          requireMaking(account, Subject)
          const [made] = await addLitters(recorder, breeding_pair, [litter])
          const saved = born.length === 0 ? [] : await addPups(recorder, made!.key, born)
          return { litter: { id: made!.key, title: made!.after.name }, pups: named(saved) }
        },
      }),
    },
  },
  {
    url: '/colony/litters/:litter/pups',
    tag: 'colony',
    operations: {
      POST: recording({
        summary: 'Write more pups of a litter down.',
        answer: '`pups`, with the names that they got.',
        status: 201,
        path: { litter: uuid('Key of the litter.') },
        body: { pups },
        async run({ call: { account }, recorder, path: { litter }, body: { pups: born } }) {
          requireMaking(account, Subject)
          return { pups: named(await addPups(recorder, litter, born)) }
        },
      }),
    },
  },
  {
    url: '/colony/wean',
    tag: 'colony',
    operations: {
      POST: recording({
        summary: 'Wean the pups of litters, into cages or housings by sex.',
        description: 'Living pups that nobody has weaned yet. A sex without a cage stays where it is.',
        answer: '`pups`, those that were weaned.',
        body: {
          litters: list('Keys of litters.', uuid('Key of a litter.'), { least: 1, most: 100 }),
          date: optional(day('Day of weaning; today when absent.')),
          cages: otherwise(
            object(
              'Cages by sex.',
              bySex((help) => optional(text(help, { least: 1, most: 64 }))),
            ),
            {} as never,
          ),
          housings: otherwise(
            object(
              'Housings by sex.',
              bySex((help) => optional(uuid(help))),
            ),
            {} as never,
          ),
          new_housings: otherwise(
            object(
              'Names of new cages by sex, for which a housing is made; the same name is the same housing.',
              bySex((help) => optional(text(help, { least: 1, most: 64 }))),
            ),
            {} as never,
          ),
        },
        async run({ call: { account }, recorder, body: { litters, date, cages, housings: known, new_housings } }) {
          await requireReferences(
            recorder.db,
            Object.entries(known).map(([sex, housing]) => [`housings.${sex}`, Housing, housing]),
          )
          const wanted = Object.entries(new_housings).filter((one): one is [string, string] => one[1] !== undefined)
          if (wanted.length > 0) requireMaking(account, Housing)
          const made = await housingsCalled(recorder, unique(wanted.map(([, cage]) => cage)))
          const housings = { ...known, ...Object.fromEntries(wanted.map(([sex, cage]) => [sex, made.get(cage)!])) }
          const given = Object.fromEntries(Object.entries(cages).filter(([, cage]) => cage !== undefined))
          const saved = await weanLitter(recorder, unique(litters), {
            ...(date !== undefined && { date }),
            cages: given,
          })
          await requireRights(recorder.db, account, 'change', Subject, keysOf(saved))
          for (const [sex, housing] of Object.entries(housings)) {
            const movers = saved.filter(({ after }) => after.sex === sex)
            if (housing !== undefined && movers.length > 0) await movedInto(recorder, housing, keysOf(movers))
          }
          return { pups: named(saved) }
        },
      }),
    },
  },
  {
    url: '/colony/cull',
    tag: 'colony',
    operations: {
      POST: recording({
        summary: 'Cull animals: reason, method and severity for all of them.',
        description:
          'Their restrictions end with them. All or none. The culls can be taken back as long as nothing else changes.',
        answer: '`culls` with their animals.',
        status: 201,
        body: {
          subjects: animals,
          date: optional(day('Day of death; today when absent.')),
          reason: optional(uuid('Key of the reason.')),
          method: optional(uuid('Key of the method.')),
          severity: optional(whole('What they suffered, 1 sub-threshold to 5 non-recovery.', { least: 1, most: 5 })),
          description: optional(text('What reason and method leave unsaid.', { most: 10_000 })),
        },
        async run({ call: { account }, recorder, body: { subjects, date, reason, method, severity, description } }) {
          requireMaking(account, Cull)
          await requireReferences(recorder.db, [
            ['reason', CullReason, reason],
            ['method', CullMethod, method],
          ])
          await requireRights(recorder.db, account, 'change', Subject, unique(subjects))
          const saved = await cullSubjects(recorder, unique(subjects), {
            ...(date !== undefined && { date }),
            ...(reason !== undefined && { cull_reason: reason }),
            ...(method !== undefined && { cull_method: method }),
            ...(severity !== undefined && { actual_severity: severity }),
            ...(description !== undefined && { description }),
          })
          return { culls: saved.map(({ key, after }) => ({ id: key, subject: after.subject_id, date: after.date })) }
        },
      }),
    },
  },
  {
    url: '/colony/cull/undo',
    tag: 'colony',
    operations: {
      POST: recording({
        summary: 'Take cullings back that were recorded by mistake.',
        description:
          'Animals get their lives, severities and restrictions back as they were. Only by who recorded them, or superusers, ' +
          'and only when nothing else happened to the animals since: otherwise 409 naming them, and nothing is changed.',
        answer: '`subjects`, keys of the animals that live again.',
        body: { culls: list('Keys of culls.', uuid('Key of a cull.'), { least: 1, most: MOST_ANIMALS }) },
        run: async ({ call: { account }, recorder, body: { culls } }) => ({
          subjects: await undoCulling(recorder, unique(culls), account),
        }),
      }),
    },
  },
  {
    url: '/colony/requests/:request/fulfil',
    tag: 'colony',
    operations: {
      POST: recording({
        summary: 'Hand animals of the stock to who asked for them.',
        answer: '`subjects` that were handed over.',
        path: { request: uuid('Key of the request.') },
        body: { subjects: animals },
        async run({ call: { account }, recorder, path: { request }, body: { subjects } }) {
          await requireRights(recorder.db, account, 'change', Subject, unique(subjects), 'responsible_user')
          return { subjects: named(await fulfilRequest(recorder, request, unique(subjects))) }
        },
      }),
    },
  },
  {
    url: '/colony/restrictions/start',
    tag: 'colony',
    operations: {
      POST: recording({
        summary: 'Restrict the water of animals.',
        answer: '`restrictions`, their keys with those of the animals and the reference weights.',
        status: 201,
        body: {
          subjects: animals,
          start_time: optional(moment('Now when absent.')),
          reference_weight: optional(
            number('Grams, implant included; the last weighing within seven days when absent.', {
              least: 0.1,
              most: 5000,
            }),
          ),
          water_type: optional(uuid('Key of the type of water.')),
          narrative: optional(text('Anything worth telling.', { most: 10_000 })),
        },
        async run({
          call: { account },
          recorder,
          body: { subjects, start_time, reference_weight, water_type, narrative },
        }) {
          requireMaking(account, WaterRestriction)
          await requireReferences(recorder.db, [['water_type', WaterType, water_type]])
          await requireRights(recorder.db, account, 'change', Subject, unique(subjects))
          const saved = await startRestriction(recorder, unique(subjects), {
            ...(start_time !== undefined && { start_time }),
            ...(reference_weight !== undefined && { reference_weight }),
            ...(water_type !== undefined && { water_type }),
            ...(narrative !== undefined && { narrative }),
          })
          return {
            restrictions: saved.map(({ key, after }) => ({
              id: key,
              subject: after.subject_id,
              reference_weight: after.reference_weight,
            })),
          }
        },
      }),
    },
  },
  {
    url: '/colony/restrictions/end',
    tag: 'colony',
    operations: {
      POST: recording({
        summary: 'End the water restriction of animals.',
        answer: '`restrictions` that ended.',
        body: { subjects: animals, end_time: optional(moment('Now when absent.')) },
        async run({ call: { account }, recorder, body: { subjects, end_time } }) {
          await requireRights(recorder.db, account, 'change', Subject, unique(subjects))
          const saved = await endRestriction(recorder, unique(subjects), end_time)
          return { restrictions: saved.map(({ key, after }) => ({ id: key, subject: after.subject_id })) }
        },
      }),
    },
  },
  {
    url: '/colony/housings/:housing/move',
    tag: 'colony',
    operations: {
      POST: recording({
        summary: 'Move animals into a housing.',
        description: 'Their stays elsewhere end at that moment, and the name of the cage is written on them.',
        answer: '`stays`, keys of the new ones.',
        path: { housing: uuid('Key of the housing.') },
        body: { subjects: animals, since: optional(moment('Now when absent.')) },
        async run({ call: { account }, recorder, path: { housing }, body: { subjects, since } }) {
          await requireReferences(recorder.db, [['housing', Housing, housing]])
          await requireRights(recorder.db, account, 'change', Subject, unique(subjects))
          return { stays: await movedInto(recorder, housing, unique(subjects), since) }
        },
      }),
    },
  },
  {
    url: '/colony/housings',
    tag: 'colony',
    operations: {
      POST: recording({
        summary: 'A new housing with the animals that move in.',
        description: 'Furnished as those of the lab, unless something else is said.',
        answer: '`housing` and `stays`.',
        status: 201,
        body: {
          cage_name: text('What is written on the cage.', { least: 1, most: 64 }),
          subjects: animals,
          since: optional(moment('Now when absent.')),
        },
        async run({ call: { account }, recorder, body: { cage_name, subjects, since } }) {
          requireMaking(account, Housing)
          await requireRights(recorder.db, account, 'change', Subject, unique(subjects))
          const housing = (await housingsCalled(recorder, [cage_name])).get(cage_name)!
          const stays = await movedInto(recorder, housing, unique(subjects), since)
          return { housing: { id: housing, title: cage_name }, stays }
        },
      }),
    },
  },
]

/** Which datasets a request is about: those that it names, or whatever a filter of their list finds. */
import { Dataset } from '@alyx/models'
import type { Db } from '../../database/index.ts'
import type { Effect } from '../../domains/data/index.ts'
import type { Account } from '../../domains/labs/index.ts'
import { keysWhere } from '../../query/index.ts'
import { type Key, type Recorder, Refused } from '../../records/index.ts'
import { Query } from '../../rest/page-links.ts'
import { judgeRows } from '../../rights/index.ts'
import { readAsked } from '../asked.ts'
import type { NativeCall } from '../gate.ts'
import { type Kind, list, note, optional, otherwise, truth, uuid, type Values, whole } from '../kinds.ts'
import { problems } from '../problem.ts'

/** Keys that one request may name. */
const MOST_NAMED = 5000
/** Datasets that one request may change: a minute of work, and as many entries of the history. */
const MOST_DATASETS = 250_000

/** The parameters of a list: `{"session__lab__name": "cortexlab", "search": "spikes"}`; several values of a name as a list. */
const filter: Kind<Query> = {
  schema: {
    type: 'object',
    additionalProperties: { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
    description: 'Filters and `search` as the list of datasets takes them; `{}` means all datasets.',
  },
  fromText: (text) => text,
  read(given, at, faults) {
    if (!(given instanceof Map)) {
      note(faults, at, 'Expected an object of filters, as the list of datasets takes them.')
      return new Query([])
    }
    return new Query(
      [...given].flatMap(([name, value]) =>
        (Array.isArray(value) ? value : [value]).flatMap((one): [string, string][] => {
          if (typeof one === 'string') return [[name, one]]
          note(faults, `${at}.${name}`, 'Expected a text or a list of texts.')
          return []
        }),
      ),
    )
  },
}

/** What a request says of the datasets that it is about. */
export const CHOICE = {
  datasets: optional(list('Keys of the datasets.', uuid('Key of a dataset.'), { least: 1, most: MOST_NAMED })),
  filter: optional(filter),
  expected: optional(
    whole('How many datasets a trial has told: when there are others by now, nothing is changed.', {
      least: 0,
      most: MOST_DATASETS,
    }),
  ),
  partial: otherwise(truth('Change the datasets that can be changed, and leave the others.'), false),
}

/** What was chosen, by what the caller may do. */
export interface Chosen {
  /** Those that the caller may change. */
  readonly keys: readonly Key[]
  /** How many others there are. */
  readonly forbidden: number
}

/**
 * The datasets that are meant and that the caller may change. Two statements at most.
 *
 * @param trial  tell how many the caller may not change, instead of refusing them
 * @throws Problem 400 for what cannot be understood, Refused `forbidden`, `conflict` when it is not what was expected
 */
export async function chosenDatasets(
  { account }: NativeCall,
  { db }: Recorder,
  { datasets, filter: query, expected, partial }: Values<typeof CHOICE>,
  trial: boolean,
): Promise<Chosen> {
  if ((datasets === undefined) === (query === undefined))
    throw problems.invalidParameters({ datasets: ['Give either "datasets", keys of them, or a "filter".'] })
  const keys = query ? await found(db, account, query) : [...new Set(datasets)]
  if (expected !== undefined && keys.length !== expected)
    throw new Refused(
      'conflict',
      `There are ${keys.length} such datasets now, not ${expected}. Look again; nothing was changed.`,
      { details: { datasets: keys.length } },
    )
  const may = await thoseToChange(db, account, keys)
  const forbidden = keys.length - may.length
  if (forbidden > 0 && !partial && !trial)
    throw new Refused(
      'forbidden',
      `You may not change ${forbidden} of these ${keys.length} datasets: they are of animals that others answer for. Nothing was changed.`,
      { details: { forbidden } },
    )
  return { keys: may, forbidden }
}

/** Those of the datasets that somebody may change, and those that are not there, which whoever reads them will notice. */
async function thoseToChange(db: Db, account: Account, keys: readonly Key[]): Promise<readonly Key[]> {
  const verdicts = await judgeRows(db, account, 'change', Dataset, keys)
  return keys.filter((key) => verdicts.get(key)?.may ?? true)
}

/** @throws Refused `forbidden` when somebody may not change all of these; it tells how many, for they may be many. */
export async function requireChange(db: Db, account: Account, keys: readonly Key[]): Promise<void> {
  const forbidden = keys.length - (await thoseToChange(db, account, keys)).length
  if (forbidden > 0)
    throw new Refused('forbidden', `You may not change ${forbidden} of these ${keys.length} datasets any more.`)
}

async function found(db: Db, account: Account, query: Query): Promise<readonly Key[]> {
  const { where } = readAsked(Dataset, account, query, { parameters: ['search'] })
  const keys = await keysWhere(db, Dataset, where, MOST_DATASETS)
  if (keys.length > MOST_DATASETS)
    throw problems.invalidParameters({
      filter: [`More than ${MOST_DATASETS} datasets fit, and no more are changed at once: narrow the filter.`],
    })
  return keys
}

/** The answer: what would happen or has happened, those counted in that the caller may not change. */
export const told = (effect: Effect, { forbidden }: Chosen, standing: object = {}) => ({
  ...effect,
  datasets: effect.datasets + forbidden,
  left: { forbidden, ...standing },
})

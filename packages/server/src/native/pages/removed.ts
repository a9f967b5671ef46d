import type { Model } from '@alyx/models'
import { mayReturn, planRecovery, type Recovery, type RemovedRecord, removedRecords } from '../../history/index.ts'
import { Refused } from '../../records/index.ts'
import { judgeNew } from '../../rights/index.ts'
import type { NativeCall } from '../gate.ts'
import { day, optional, otherwise, text, whole } from '../kinds.ts'
import { sees, served } from '../models.ts'
import { type Page, reading, recording } from '../page.ts'
import { problems } from '../problem.ts'

const WORD = (help: string) => text(help, { least: 1, most: 100 })
const MODEL = { app: WORD('As in `subjects`.'), model: WORD('As in `subject`.') }
const DEFAULT_DAYS = 90
const DAY_MS = 86_400_000

/** @throws Problem 404 when there is no such model for the caller, or none that may come back */
function requireModel({ account, path }: NativeCall, { app, model: name }: { app: string; model: string }): Model {
  const model = served.find((one) => one.app === app && one.name.toLowerCase() === name)
  if (!model || model.framework || !sees(account, model) || !mayReturn(model)) throw problems.noSuchModel(path)
  return model
}

/** Who may make rows of every kind that comes back may have them back. @throws Problem 403 */
function requireMaking({ account }: NativeCall, models: Iterable<Model>): void {
  for (const model of models)
    if (!judgeNew(account, model).may)
      throw problems.forbidden(`You may not make ${model.plural}, so you may not bring them back either.`)
}

/** What a record was called, as far as its own columns tell. */
function titleOf(model: Model, { values, key }: RemovedRecord): string {
  const said = (model.title ?? '{name}').replaceAll(/\{([\w.]+)\}/g, (_, name: string) => String(values[name] ?? ''))
  return said.replaceAll(/\s+/g, ' ').trim() || String(values.name ?? '') || key.slice(0, 8)
}

/** What comes back, in numbers. */
function shown({ rows, lost, references, links }: Recovery) {
  // A row that extends another is one record, told once.
  const records = [...rows].filter(([{ key }]) => ![...rows.keys()].some(({ parent }) => parent === key))
  return {
    recovered: Object.fromEntries(records.map(([model, keys]) => [model.key, keys.length])),
    linked: links.reduce((sum, { documents }) => sum + documents.length, references.length),
    lost: [...new Set(lost.map(({ model, name }) => `${name.replaceAll('_', ' ')} of ${model.label}`))],
  }
}

export const removedPages: readonly Page[] = [
  {
    url: '/removed/:app/:model',
    tag: 'removed rows',
    policy: 'members',
    operations: {
      GET: reading({
        summary: 'Rows of a model that were removed and are not there again, the last removed first.',
        description: 'From the history, so only what was removed since it is kept. Accounts cannot come back.',
        answer: '`results`: key, title, moment, who removed it, its values by column; `from`: since when.',
        path: MODEL,
        query: {
          from: optional(day('Removed since this day; ninety days ago when absent.')),
          limit: otherwise(whole('Rows at most.', { least: 1, most: 500 }), 100),
        },
        async run({ call, path, query: { from, limit } }) {
          const model = requireModel(call, path)
          requireMaking(call, [model])
          const since = from ?? new Date(Date.now() - DEFAULT_DAYS * DAY_MS).toISOString().slice(0, 10)
          const found = await removedRecords(call.database, model, { from: since, limit })
          return { from: since, results: found.map((one) => ({ ...one, title: titleOf(model, one) })) }
        },
      }),
    },
  },
  {
    url: '/removed/:app/:model/:key',
    tag: 'removed rows',
    policy: 'members',
    operations: {
      POST: recording({
        summary: 'Bring a removed row back as it was, with everything that went with it.',
        description:
          'Who may make rows of all these kinds may do it. What an optional reference leads to and is gone by now, ' +
          'is left empty and told in `lost`.',
        answer: '`recovered`: rows by model; `linked`: links and references that are set again; `lost`.',
        path: { ...MODEL, key: WORD('Key of the row.') },
        body: {},
        async run({ call, path, recorder }) {
          const model = requireModel(call, path)
          const key = path.key.toLowerCase()
          const plan = await planRecovery(recorder.db, model, key)
          if (!plan) throw problems.noSuchRow(model.label, path.key)
          requireMaking(call, plan.rows.keys())
          if (plan.missing.length > 0) {
            const names = new Set(
              plan.missing.map(({ model: of, name }) => `${name.replaceAll('_', ' ')} of ${of.label}`),
            )
            throw new Refused('conflict', `This is gone as well, and has to come back first: ${[...names].join(', ')}.`)
          }
          await recorder.restore({
            ...plan,
            links: plan.links.map(({ watched: { model: of, keyColumn, links }, ...rows }) => ({
              ...rows,
              ends: [
                { model: of, column: keyColumn },
                ...(links ? [{ model: links.to, column: links.otherColumn }] : []),
              ],
            })),
          })
          return { id: key, ...shown(plan) }
        },
      }),
    },
  },
]

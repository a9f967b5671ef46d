import { type Model, modelNamed, primaryKey, relationsOf } from '@alyx/models'
import type { Account } from '../domains/labs/index.ts'
import { mayReturn } from '../history/index.ts'
import { judgeNew, judgeTies, mayEver, tiesOf, VERBS, type Verdict } from '../rights/index.ts'
import { fieldFacts } from './field-facts.ts'
import { type NativeHandler, sendJson } from './gate.ts'
import { requireSight } from './list.ts'
import { addressOf, sees, served } from './models.ts'
import { questionFacts } from './questions.ts'

/** What the caller may do with rows of a model: all of them, some, none. */
const rightsOf = (account: Account, model: Model) =>
  Object.fromEntries(VERBS.map((verb) => [verb, mayEver(account, verb, model)]))

const summaryOf = (account: Account, model: Model) => ({
  key: model.key,
  app: model.app,
  model: model.name.toLowerCase(),
  name: model.name,
  label: model.label,
  plural: model.plural,
  help: model.help,
  framework: model.framework === true,
  address: addressOf(model),
  rights: rightsOf(account, model),
})

const allows = (verdict: Verdict, name: string): boolean => verdict.may && (!verdict.fields || verdict.fields.has(name))

/** Everything that a page about a model is made from: fields, titles, lists, forms, filters, what the caller may do. */
function descriptionOf(account: Account, model: Model) {
  const create = judgeNew(account, model)
  const change = judgeTies(account, 'change', model, new Set(tiesOf(model)))
  const back = [...relationsOf(model)].filter(([, relation]) => relation.reverse && sees(account, relation.to))
  return {
    ...summaryOf(account, model),
    key_field: 'id',
    /** Rows that were removed can be brought back. */
    recovers: mayReturn(model) && model.framework !== true,
    title: model.title ?? null,
    ordering: model.ordering ?? [],
    natural_key: model.naturalKey ?? [],
    unique: (model.unique ?? []).map(({ fields }) => fields),
    list: model.admin?.list ?? [],
    search: model.admin?.search ?? [],
    filters: model.admin?.filters ?? [],
    sections: model.admin?.sections ?? [],
    /** Rows of other models beside the form. */
    tables: (model.admin?.tables ?? [])
      .filter((table) => sees(account, modelNamed(table.model)))
      .map(({ ordering = [], readOnly = false, ...table }) => ({ ...table, ordering, read_only: readOnly })),
    fields: fieldFacts(model).map((facts) => ({
      ...facts,
      rights: {
        create: !facts.read_only && allows(create, facts.name),
        change: !facts.read_only && facts.name !== primaryKey(model).name && allows(change, facts.name),
      },
    })),
    /** What else rows can be filtered by, as by a field that is true or false. */
    questions: questionFacts(model).map((facts) => ({ ...facts, rights: { create: false, change: false } })),
    /** Ways back from other models, which filters may go too: `actions_sessions__start_time__gte`. */
    related: back.map(([name, { to, toMany }]) => ({ name, model: to.key, many: toMany })),
  }
}

/** Every model that the caller may see, in a few words each. */
export const models: NativeHandler = async ({ account, reply }) =>
  sendJson(
    reply,
    JSON.stringify({ results: served.filter((model) => sees(account, model)).map((one) => summaryOf(account, one)) }),
  )

export const description =
  (model: Model): NativeHandler =>
  async (call) => {
    requireSight(call, model)
    return sendJson(call.reply, JSON.stringify(descriptionOf(call.account, model)))
  }

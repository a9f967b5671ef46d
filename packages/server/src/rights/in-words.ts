import { all, type Model } from '@alyx/models'
import { isHidden } from '../query/index.ts'
import { type Grant, grantsOf, type Role, type Verb } from './grants.ts'
import type { Tie } from './ties.ts'

const PEOPLE: Readonly<Record<Role, string>> = {
  'public user': 'public accounts',
  member: 'members',
  husbandry: 'animal carers',
  'stock manager': 'stock managers',
  superuser: 'superusers',
}

const TIES: Readonly<Record<Tie, string>> = {
  near: 'who answer for the animal, or are allowed to act for who does',
  author: 'whom the record names as its user or creator',
  oneself: 'whose own account it is',
  'works on it': 'who took part in the session',
  'lab of it': 'of the lab of the session or repository',
}

/** `who answer for the animal (only responsible_user)`; empty for all records with all fields. */
const limits = ({ tie, only }: Grant): string =>
  [tie && TIES[tie], only && `(only ${only.join(', ')})`].filter(Boolean).join(' ')

/** `members who answer for the animal (only responsible_user)` */
const sentence = (grant: Grant): string =>
  `${grant.to.map((role) => PEOPLE[role]).join(' and ')} ${limits(grant)}`.trimEnd()

/** One rule, for a table of models and roles. */
export interface RuleInWords {
  readonly verb: Verb
  /** `members`, `stock managers` */
  readonly people: readonly string[]
  /** Which of them, and which fields; empty for all. */
  readonly limits: string
}

/** Who may do what with records of one model, a sentence for each rule. */
export interface ModelRights {
  readonly model: string
  readonly label: string
  readonly verbs: Readonly<Record<Verb, readonly string[]>>
  readonly rules: readonly RuleInWords[]
}

const wordsOf = (model: Model, verb: Verb): readonly string[] => [
  ...new Set(
    grantsOf(model, 'native')
      .filter((grant) => grant.verb === verb)
      .map(sentence),
  ),
]

/** The rules of the native API in words, for people who administer a laboratory. Asks nothing of the database. */
export const rightsInWords = (): ModelRights[] =>
  all
    .filter((model) => !isHidden(model))
    .map((model) => ({
      model: model.key,
      label: model.plural,
      verbs: {
        view: wordsOf(model, 'view'),
        create: wordsOf(model, 'create'),
        change: wordsOf(model, 'change'),
        delete: wordsOf(model, 'delete'),
      },
      rules: grantsOf(model, 'native').map((grant) => ({
        verb: grant.verb,
        people: grant.to.map((role) => PEOPLE[role]),
        limits: limits(grant),
      })),
    }))

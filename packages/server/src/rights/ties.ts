/** What a person may have to do with a row, and how the database is asked about it. */
import { fieldsWithInherited, type Model, modelNamed } from '@alyx/models'
import { belongsToLab, belongsToLabOfRepository } from '../domains/labs/index.ts'
import { allOf, anyOf, conditionFor, type Fragment, type Scope } from '../query/index.ts'

/**
 * - `near`: answers for the animal that the row is about, or is among the allowed users of who does
 * - `author`: is named by the row itself as its user, users or creator
 * - `oneself`: the row is the person's own account
 * - `works on it`: took part in the session that the row belongs to
 * - `lab of it`: belongs today to the lab of the row's session or, without session, to one that has its repository
 */
export type Tie = 'near' | 'author' | 'oneself' | 'works on it' | 'lab of it'

/** References that say what a row is about, on the way to an animal. A breeding pair is not about its father. */
const BELONGS_BY = [
  'subject',
  'session',
  'probe_insertion',
  'chronic_insertion',
  'trajectory_estimate',
  'field_of_view',
  'dataset',
] as const
/** Fields that name who made or does something. */
const NAMES_PEOPLE = ['user', 'users', 'created_by'] as const
const SUBJECT = 'subjects.subject'
const PERSON = 'misc.labmember'

/** Paths from a model to the animal that its rows are about: `session__subject`; an empty one for the animal itself. */
function waysToSubject(model: Model, seen: readonly string[] = []): readonly (readonly string[])[] {
  if (model.key === SUBJECT) return [[]]
  const fields = fieldsWithInherited(model)
  return BELONGS_BY.flatMap((name) => {
    const field = fields[name]?.field
    if (field?.kind !== 'reference' || seen.includes(field.to)) return []
    return waysToSubject(modelNamed(field.to), [...seen, model.key]).map((way) => [name, ...way])
  })
}

const peopleOf = (model: Model): readonly string[] => {
  const fields = fieldsWithInherited(model)
  return NAMES_PEOPLE.filter((name) => {
    const field = fields[name]?.field
    return (field?.kind === 'reference' || field?.kind === 'many') && field.to === PERSON
  })
}

type Ask = (model: Model, scope: Scope, account: string) => Fragment<boolean>

const ask: { readonly [T in Tie]: Ask } = {
  near: (model, scope, account) =>
    anyOf(
      waysToSubject(model)
        .map((way) => [...way, 'responsible_user'].join('__'))
        .flatMap((path) => [
          conditionFor(scope, path, account),
          conditionFor(scope, `${path}__allowed_users`, account),
        ]),
    ),
  author: (model, scope, account) => anyOf(peopleOf(model).map((name) => conditionFor(scope, name, account))),
  oneself: (_, scope, account) => conditionFor(scope, 'pk', account),
  'works on it': (_, scope, account) => conditionFor(scope, 'session__users', account),
  'lab of it': (_, scope, account) =>
    anyOf([
      belongsToLab(scope.column('session.lab').sql, account),
      allOf([
        conditionFor(scope, 'session__isnull', true),
        belongsToLabOfRepository(scope.column('data_repository').sql, account),
      ]) as Fragment<boolean>,
    ]),
}

const ties = new WeakMap<Model, readonly Tie[]>()

/** The ties that rows of a model may have to a person, from its declaration. */
export function tiesOf(model: Model): readonly Tie[] {
  const known = ties.get(model)
  if (known) return known
  const found: Tie[] = []
  if (waysToSubject(model).length > 0) found.push('near')
  if (peopleOf(model).length > 0) found.push('author')
  if (model.key === PERSON) found.push('oneself')
  if (model.key === 'jobs.task') found.push('works on it', 'lab of it')
  ties.set(model, found)
  return found
}

/** The condition that a row has a tie to the person with this key. */
export const tieCondition =
  (model: Model, tie: Tie, account: string) =>
  (scope: Scope): Fragment<boolean> =>
    ask[tie](model, scope, account)

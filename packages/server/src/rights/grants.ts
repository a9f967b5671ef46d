/**
 * Who may do what, as data. Deny by default: what no grant allows is forbidden, and superusers may do everything that
 * `FIXED` does not exclude.
 *
 * The rules are those of Alyx's web pages: everybody who signed in may look; adding is for members; changing needs a
 * tie to the row. Where Alyx left a hole (anybody ticks "stock manager" for anybody) or shut out the author of a row,
 * docs/guides/native-api.md says what holds here instead.
 */
import { all, type Model } from '@alyx/models'
import { isHidden } from '../query/index.ts'
import { type Tie, tiesOf } from './ties.ts'

export type Verb = 'view' | 'create' | 'change' | 'delete'
export const VERBS: readonly Verb[] = ['view', 'create', 'change', 'delete']

/** Roles that grants are given to. Nobody with a public account is a member, whatever else they are. */
export type Role = 'public user' | 'member' | 'husbandry' | 'stock manager' | 'superuser'

export interface Grant {
  readonly verb: Verb
  readonly to: readonly Role[]
  /** What the person must have to do with the row; nothing when absent. */
  readonly tie?: Tie
  /** The fields that may be written; all when absent. */
  readonly only?: readonly string[]
}

/** Doors of the server: the native API, and the Alyx contract with its looser rule for rigs. */
export type Door = 'native' | 'contract'

const EVERYBODY: readonly Role[] = ['public user', 'member']
const look: Grant = { verb: 'view', to: EVERYBODY }
const members = (verb: Verb, tie?: Tie, only?: readonly string[]): Grant => ({
  verb,
  to: ['member'],
  ...(tie && { tie }),
  ...(only && { only }),
})

/** What people may write of their own account; names to log in with and privileges are for superusers. */
export const OWN_PROFILE = ['first_name', 'last_name', 'email', 'allowed_users'] as const

/** Rows that come from the reference application's framework, of which members need the names in forms. */
const NAMES_FOR_FORMS = new Set(['contenttypes.contenttype', 'auth.group'])
/** The framework's own notes about the past: nobody writes them. */
const FIXED = new Set([
  'contenttypes.contenttype',
  'auth.permission',
  'admin.logentry',
  'reversion.revision',
  'reversion.version',
  'migrations.migration',
])
/** Looked at by everybody, written by superusers: what decides about the work or the rights of others. */
const RESERVED = new Set(['subjects.project', 'data.datasettype', 'misc.labmembership'])
/** Bred and kept by animal carers. */
const COLONY = new Set(['subjects.litter', 'subjects.breedingpair'])
/** Records of an animal whose deletion is part of daily work, for those who may change them. */
const DELETABLE = new Set([
  'actions.surgery',
  'actions.wateradministration',
  'actions.waterrestriction',
  'actions.weighing',
])

/** Models with rules of their own. */
const OWN_RULES: Readonly<Record<string, readonly Grant[]>> = {
  'misc.labmember': [look, members('change', 'oneself', OWN_PROFILE)],
  'misc.note': [look, members('create'), members('change', 'author')],
  'actions.notificationrule': [look, members('create'), members('change', 'author'), members('delete', 'author')],
  'subjects.subjectrequest': [
    look,
    members('create'),
    members('change', 'author'),
    members('delete', 'author'),
    { verb: 'change', to: ['stock manager'] },
    { verb: 'delete', to: ['stock manager'] },
  ],
  'data.download': [look, members('create'), members('change', 'author')],
  'data.datanotice': [look, members('create'), members('change')],
  'experiments.brainregion': [look, members('change', undefined, ['description'])],
  'jobs.task': [look, members('create'), members('change', 'works on it'), members('change', 'lab of it')],
}

function nativeGrants(model: Model): readonly Grant[] {
  const own = OWN_RULES[model.key]
  if (own) return own
  if (model.framework) return NAMES_FOR_FORMS.has(model.key) ? [look] : []
  if (RESERVED.has(model.key)) return [look]
  const add = [look, members('create')]
  if (COLONY.has(model.key)) return [...add, { verb: 'change', to: ['husbandry'] }]
  if (!tiesOf(model).includes('near')) return add
  return [
    ...add,
    members('change', 'near'),
    ...(tiesOf(model).includes('author') ? [members('change', 'author')] : []),
    ...(DELETABLE.has(model.key) ? [members('delete', 'near')] : []),
    ...(DELETABLE.has(model.key) && tiesOf(model).includes('author') ? [members('delete', 'author')] : []),
    ...(model.key === 'subjects.subject'
      ? [
          { verb: 'change', to: ['husbandry'] } as const,
          { verb: 'change', to: ['stock manager'], only: ['responsible_user'] } as const,
        ]
      : []),
  ]
}

/** The contract lets every member write what it offers, accounts excepted; protected data are kept by the domains. */
function contractGrants(model: Model): readonly Grant[] {
  if (model.key === 'misc.labmember') return OWN_RULES[model.key]!
  if (model.framework) return []
  return [look, members('create'), members('change'), members('delete')]
}

const superuser = (model: Model): readonly Grant[] => {
  if (isHidden(model)) return []
  const verbs: readonly Verb[] = FIXED.has(model.key) ? ['view'] : VERBS
  return verbs.map((verb) => ({ verb, to: ['superuser'] }))
}

const grantsByDoor: Readonly<Record<Door, ReadonlyMap<string, readonly Grant[]>>> = {
  native: new Map(
    all.map((model) => [model.key, [...superuser(model), ...(isHidden(model) ? [] : nativeGrants(model))]]),
  ),
  contract: new Map(
    all.map((model) => [model.key, [...superuser(model), ...(isHidden(model) ? [] : contractGrants(model))]]),
  ),
}

/** Every grant about a model, whoever it is given to. A model that is not declared has none. */
export const grantsOf = (model: Model, door: Door): readonly Grant[] => grantsByDoor[door].get(model.key) ?? []

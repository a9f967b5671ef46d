/** Lists of some rows of a model under a name of their own, at the addresses that Alyx has for them. */
import type { ModelSummary } from '@alyx/client'
import type { Filter } from './address.ts'
import { ALIVE, MINE } from './usual.ts'

export interface Variant {
  /** The model whose rows they are. */
  readonly model: string
  readonly plural: string
  readonly columns?: readonly string[]
  /** What the list is opened with; `me` stands for whoever looks. */
  readonly usual: readonly Filter[]
}

const words = (text: string) => text.split(' ')
const filter = (name: string, value: string): Filter => ({ name, value })

export const VARIANTS: Readonly<Record<string, Variant>> = {
  'subjects.cullsubject': {
    model: 'subjects.subject',
    plural: 'cull subjects',
    columns: words(
      'nickname to_be_culled death_date actual_severity reduced_date sex ear_mark cage genotype birth_date line responsible_user',
    ),
    usual: [MINE('responsible_user'), ALIVE],
  },
  'subjects.adverseeffect': {
    model: 'subjects.subject',
    plural: 'adverse effects',
    columns: words('nickname responsible_user sex birth_date death_date ear_mark line actual_severity adverse_effects'),
    usual: [filter('adverse_effects__regex', '\\S')],
  },
  'actions.ephyssession': {
    model: 'actions.session',
    plural: 'ephys sessions',
    usual: [filter('procedures__name__icontains', 'ephys')],
  },
  'actions.imagingsession': {
    model: 'actions.session',
    plural: 'imaging sessions',
    usual: [filter('procedures__name__icontains', 'imaging')],
  },
}

/** Variants of models that somebody may see, as menus show them. */
export const variantsOf = (models: readonly ModelSummary[]): readonly ModelSummary[] =>
  Object.entries(VARIANTS).flatMap(([key, { model, plural }]) => {
    const [app = '', name = ''] = key.split('.')
    const base = models.find((one) => one.key === model)
    return base ? [{ ...base, key, app, model: name, plural }] : []
  })

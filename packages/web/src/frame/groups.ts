/** Purposes that models are grouped by in the menu, in the order that people know. Whatever is new comes under "Other". */
import type { ModelSummary } from '@alyx/client'
import { variantsOf } from '../grid/variants.ts'

export interface Group {
  readonly title: string
  readonly models: readonly ModelSummary[]
}

const PURPOSES: readonly (readonly [title: string, models: string])[] = [
  [
    'Subject management',
    'subjects.subject subjects.subjectrequest subjects.breedingpair subjects.litter subjects.adverseeffect subjects.cullsubject actions.cull',
  ],
  [
    'Experiments',
    'actions.session actions.weighing actions.waterrestriction actions.wateradministration actions.watertype actions.surgery actions.proceduretype misc.note actions.otheraction subjects.project',
  ],
  [
    'Ephys experiments',
    'actions.ephyssession experiments.probeinsertion experiments.chronicinsertion experiments.probemodel experiments.trajectoryestimate experiments.channel',
  ],
  [
    'Imaging experiments',
    'actions.imagingsession experiments.fov experiments.fovlocation experiments.imagingtype experiments.imagingstack',
  ],
  [
    'Data files',
    'data.datarepositorytype data.datarepository jobs.task data.dataformat data.datasettype data.dataset data.filerecord data.tag data.revision data.datanotice data.download',
  ],
  [
    'Subject genetics',
    'subjects.line subjects.strain subjects.allele subjects.sequence subjects.source subjects.species subjects.genotypetest subjects.zygosity',
  ],
  ['Subject housing', 'misc.cagetype misc.housing misc.housingsubject misc.food misc.enrichment'],
  ['Lab admin', 'auth.group misc.labmember misc.lab misc.lablocation misc.labmembership'],
]

/** Models that somebody may see, by purpose. */
export function groupsOf(models: readonly ModelSummary[]): readonly Group[] {
  const byKey = new Map([...models, ...variantsOf(models)].map((model) => [model.key, model]))
  const named = PURPOSES.map(([title, keys]) => ({
    title,
    models: keys.split(' ').flatMap((key) => byKey.get(key) ?? []),
  }))
  const told = new Set(named.flatMap((group) => group.models))
  const other = models.filter((model) => !told.has(model) && !model.framework)
  const framework = models.filter((model) => !told.has(model) && model.framework)
  const lab = named.at(-1)!
  return [
    ...named.slice(0, -1),
    { title: 'Other', models: other },
    lab,
    { title: 'Bookkeeping', models: framework },
  ].filter((group) => group.models.length > 0)
}

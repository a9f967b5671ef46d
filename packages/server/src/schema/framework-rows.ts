import type { Model } from '@alyx/models'
import { alyxMigrations } from './alyx-migrations.ts'
import { literal } from './identifiers.ts'

/** A model, or another name of its rows, as Django's content types and permissions know it. */
export interface RegisteredModel {
  readonly app: string
  /** Lower case. */
  readonly model: string
  readonly label: string
}

/**
 * The order in which Django registers the models of Alyx 3.6.1, and so gives them permissions. Numbers of content types
 * and permissions mean nothing, but two databases are easier to compare when they agree.
 */
const registered = `
  admin.logentry contenttypes.contenttype auth.permission auth.group sessions.session authtoken.token
  authtoken.tokenproxy reversion.revision reversion.version actions.otheraction actions.proceduretype actions.session
  actions.surgery actions.virusinjection actions.wateradministration actions.waterrestriction actions.watertype
  actions.weighing actions.notification actions.notificationrule actions.cull actions.cullreason actions.cullmethod
  actions.ephyssession actions.chronicrecording actions.imagingsession data.dataformat data.datarepository
  data.datarepositorytype data.dataset data.datasettype data.filerecord data.download data.revision data.tag
  data.datanotice misc.labmember misc.lab misc.lablocation misc.labmembership misc.note misc.cagetype misc.enrichment
  misc.food misc.housing misc.housingsubject experiments.coordinatesystem experiments.probeinsertion
  experiments.probemodel experiments.trajectoryestimate experiments.brainregion experiments.channel
  experiments.chronicinsertion experiments.fov experiments.imagingstack experiments.imagingtype experiments.fovlocation
  jobs.task subjects.allele subjects.breedingpair subjects.genotypetest subjects.line subjects.litter subjects.project
  subjects.sequence subjects.source subjects.species subjects.strain subjects.subject subjects.subjectrequest
  subjects.zygosity subjects.zygosityrule subjects.adverseeffect subjects.cullsubject`
  .trim()
  .split(/\s+/)

/**
 * Content types that Alyx's early migrations made: known models, and two (`adverse_effect`, `cull_subject`) left behind
 * by renamed models, which have no permissions.
 */
const madeEarly = [
  ['actions', 'session'],
  ['actions', 'ephyssession'],
  ['actions', 'imagingsession'],
  ['subjects', 'subject'],
  ['subjects', 'adverse_effect'],
  ['subjects', 'cull_subject'],
] as const

const place = new Map(registered.map((key, at) => [key, at]))

/** Every model with permissions, other names included, in Django's order; models it does not know come last. */
export function registeredModels(models: readonly Model[]): RegisteredModel[] {
  const known = models
    // The list of migrations is a table of Django's without a model.
    .filter(({ app }) => app !== 'migrations')
    .flatMap(({ app, name, label, proxies = [] }) => [{ app: app as string, name, label }, ...proxies])
    .map(({ app, name, label }) => ({ app, model: name.toLowerCase(), label }))
  const at = ({ app, model }: RegisteredModel) => place.get(`${app}.${model}`) ?? place.size
  return known.sort((a, b) => at(a) - at(b))
}

/** Content types of a fresh database, [app, model], in the order of their numbers. */
export function contentTypes(models: readonly Model[]): (readonly [app: string, model: string])[] {
  const early = new Set(madeEarly.map(([app, model]) => `${app}.${model}`))
  const later = registeredModels(models).filter(({ app, model }) => !early.has(`${app}.${model}`))
  return [...madeEarly, ...later.map(({ app, model }) => [app, model] as const)]
}

const actions = ['add', 'change', 'delete', 'view'] as const

const values = (rows: readonly (readonly string[])[]) =>
  rows.map((row) => `  (${row.map(literal).join(', ')})`).join(',\n')

/** SQL that gives models their content types, numbered in this order. */
export const insertContentTypes = (rows: readonly (readonly [string, string])[]): string =>
  `insert into django_content_type (app_label, model) values\n${values(rows)};`

/** SQL that gives models their four permissions, numbered in this order. */
export const insertPermissions = (models: readonly RegisteredModel[]): string =>
  `insert into auth_permission (name, content_type_id, codename)
select 'Can ' || action || ' ' || label, t.id, action || '_' || t.model
  from (values
${models.map(({ app, model, label }, at) => `    (${at}, ${[app, model, label].map(literal).join(', ')})`).join(',\n')}
  ) as m (place, app_label, model, label)
  join django_content_type t on t.app_label = m.app_label and t.model = m.model
 cross join unnest(array[${actions.map(literal).join(', ')}]) with ordinality as a (action, step)
 order by place, step;`

/** SQL that tells Django which of its migrations these tables stand for. */
export const insertMigrationRows = (): string =>
  `insert into django_migrations (app, name, applied)
select app, name, now()
  from unnest(array[
${alyxMigrations.map(({ app, name }) => `    ${literal(`${app} ${name}`)}`).join(',\n')}
  ]) with ordinality as m (migration, place),
  lateral (select split_part(migration, ' ', 1) as app, split_part(migration, ' ', 2) as name) as parts
 order by place;`

/**
 * SQL for the rows that Alyx's migrations leave in a fresh database: the default lab and species under the ids that the
 * settings and the code name, and the `unknown` type and format, whose ids differ from database to database.
 */
export const insertFirstRows = (): string =>
  `insert into misc_lab (id, name, institution, address, timezone, reference_weight_pct, zscore_weight_pct) values
  ('4027da48-7be3-43ec-a222-f75dffe36872', 'cortexlab', '', '', 'GB', 0, 0);

insert into subjects_species (id, name, nickname) values
  ('60f915ba-bdf4-444a-ada0-be7ebd3c1826', 'Mus musculus', 'Laboratory mouse');

insert into data_datasettype (id, name, description) values (gen_random_uuid(), 'unknown', '');

insert into data_dataformat (id, name, description, file_extension, matlab_loader_function, python_loader_function) values
  (gen_random_uuid(), 'unknown', '', '', '', '');`

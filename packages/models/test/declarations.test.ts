import { describe, expect, test } from 'vitest'
import {
  all,
  type Field,
  fieldsWithInherited,
  hasColumn,
  type Model,
  modelNamed,
  parentOf,
  relationsOf,
} from '../src/index.ts'

/** Field or model at the end of a path such as `session.subject.nickname`; undefined when a step does not exist. */
function atPath(model: Model, path: string): Field | Model | undefined {
  const [name = '', ...rest] = path.split('.')
  const own = fieldsWithInherited(model)[name]?.field
  if (rest.length === 0 && own) return own
  const relation = relationsOf(model).get(name) ?? relationsOf(parentOf(model) ?? model).get(name)
  if (!relation) return undefined
  return rest.length === 0 ? relation.to : atPath(relation.to, rest.join('.'))
}

const derivedLabel = (name: string) => name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' ')
const SENTENCE = /^[A-Z][^\n]*[^\s.]\.$/
const canBeWritten = (field: Field) =>
  field.kind !== 'generic' &&
  !(hasColumn(field) && (field.readOnly || field.touched || field.primaryKey)) &&
  !(field.kind === 'many' && field.through)

/** How the way back from a field is named, and the model that it leads away from. */
const waysBack = all.flatMap((model) =>
  Object.entries(model.fields).flatMap(([name, field]) =>
    field.kind === 'reference' || field.kind === 'many'
      ? [{ from: field.to, back: field.related ?? model.name.toLowerCase(), declared: `${model.key}.${name}` }]
      : [],
  ),
)

describe.each(all.map((model) => [model.key, model] as const))('%s', (_key, model) => {
  const fields = Object.entries(model.fields)

  test('says in a sentence what one row is', () => {
    expect(model.help).toMatch(SENTENCE)
  })

  test.each(fields)('%s says in a sentence what to write there', (name, field) => {
    expect(field.help).toMatch(SENTENCE)
    expect(field.help.slice(0, -1).toLowerCase()).not.toBe((field.label ?? derivedLabel(name)).toLowerCase())
  })

  test('has no caption that the name of the field would give anyway', () => {
    for (const [name, field] of fields) expect(field.label, name).not.toBe(derivedLabel(name))
  })

  test('tells people what is wrong wherever a text has to follow a pattern', () => {
    for (const [name, field] of fields)
      if (field.kind === 'text' && field.pattern) {
        expect(() => new RegExp(`^(?:${field.pattern})$`, 'u'), name).not.toThrow()
        expect(field.patternMessage, name).toMatch(/\w/)
      }
  })

  test('calls each row by something that exists', () => {
    expect(model.title).toBeDefined()
    const paths = [...(model.title ?? '').matchAll(/\{([^}]*)\}/g)].map(([, path]) => path ?? '')
    expect(paths).not.toEqual([])
    for (const path of paths) {
      const end = atPath(model, path)
      expect(end && 'kind' in end && end.kind, path).toBeTruthy()
    }
  })

  test('sorts, groups, lists, searches and filters by what exists', () => {
    const { list = [], search = [], filters = [], sections = [] } = model.admin ?? {}
    const paths = [
      ...(model.ordering ?? []).map((path) => path.replace(/^-/, '')),
      ...(model.naturalKey ?? []),
      ...(model.unique ?? []).flatMap((set) => [...set.fields, ...(set.when ? [set.when.field] : [])]),
      ...(model.indexes ?? []).flatMap((index) => index.fields),
      ...(model.checks ?? []).map((check) => check.field),
      ...list,
      ...search,
      ...filters,
      ...sections.flatMap((section) => section.fields),
    ]

    expect(list).not.toEqual([])
    for (const path of paths) expect(atPath(model, path), path).toBeDefined()
    for (const names of [list, search, filters]) expect(new Set(names).size).toBe(names.length)
  })

  test('shows beside its form rows that really refer to it, by fields that they have', () => {
    for (const { model: key, by, fields, ordering = [] } of model.admin?.tables ?? []) {
      const other = modelNamed(key)
      const way = fieldsWithInherited(other)[by]?.field
      const refers = way?.kind === 'generic' || (way?.kind === 'reference' && way.to === model.key)
      expect(refers, `${key}.${by}`).toBe(true)
      for (const name of [...fields, ...ordering.map((path) => path.replace(/^-/, ''))])
        expect(Object.keys(fieldsWithInherited(other)), key).toContain(name)
    }
  })

  test('shows credentials nowhere', () => {
    const { list = [], search = [], filters = [], sections = [] } = model.admin ?? {}
    for (const path of [...list, ...search, ...filters, ...sections.flatMap((section) => section.fields)]) {
      const end = atPath(model, path)
      expect(end && 'secret' in end && end.secret, path).toBeFalsy()
    }
  })

  test('leaves no field that people may write out of its form, and puts none in twice', () => {
    if (!model.admin?.sections) return
    const shown = model.admin.sections.flatMap((section) => section.fields)
    const writable = Object.entries(fieldsWithInherited(model)).filter(([, { field }]) => canBeWritten(field))

    expect(new Set(shown).size).toBe(shown.length)
    for (const [name] of writable) expect(shown).toContain(name)
  })
})

test('two relations never lead back by the same name, and no way back hides a field', () => {
  const seen = new Map<string, string>()
  for (const { from, back, declared } of waysBack) {
    const place = `${from}.${back}`
    expect(seen.get(place), `${declared} and ${seen.get(place)} both lead back as ${place}`).toBeUndefined()
    expect(Object.keys(modelNamed(from).fields), declared).not.toContain(back)
    seen.set(place, declared)
  }
})

test.each([
  [
    'actions.session',
    'data_dataset_session_related field_of_view probe_insertion session tasks wateradmin_session_related',
  ],
  [
    'subjects.subject',
    'actions_chronicrecordings actions_otheractions actions_sessions actions_surgerys actions_virusinjections ' +
      'actions_waterrestrictions cull genotypetest housing_subjects housings litter_father mother1 mother2 ' +
      'notification water_administrations weighings zygosity',
  ],
  ['data.dataset', 'data_dataset_provenance_related data_notices download field_of_view file_records probe_insertion'],
  [
    'misc.labmember',
    'auth_token chronicrecording cull data_dataset_created_by_related data_datasettype_created_by_related ' +
      'data_notices download labmember labmembership logentry note notification notificationrule otheraction project ' +
      'revision session subjects_requested subjects_responsible surgery virusinjection wateradministration ' +
      'waterrestriction weighing',
  ],
  ['experiments.brainregion', 'brain_region channels children'],
  ['data.datarepository', 'filerecord lab tasks'],
  ['subjects.allele', 'line subject zygosity zygosityrule'],
])('the ways back from %s are those that scripts use', (key, names) => {
  const back = [...relationsOf(modelNamed(key)).values()].filter((relation) => relation.reverse)

  expect(back.map((relation) => relation.name).sort()).toEqual(names.split(' '))
})

test.each([
  {
    model: 'subjects.subject',
    name: 'nickname',
    good: ['KS014', 'Zoé_2.1', '-'],
    bad: ['', 'two words', 'a/b', 'x\n'],
  },
  { model: 'misc.lab', name: 'name', good: ['cortexlab_ucl', 'labo_é'], bad: ['cortex-lab', 'my lab'] },
  { model: 'data.revision', name: 'name', good: ['2024-05-06', 'v1.2'], bad: ['a/b', '#2024#'] },
  { model: 'data.dataset', name: 'collection', good: ['alf/probe00', 'raw-data.x'], bad: ['a b', 'a\\b'] },
  { model: 'data.datarepository', name: 'hostname', good: ['ibl.flatiron-x_1'], bad: ['http://x', 'é.org'] },
  { model: 'data.dataformat', name: 'file_extension', good: ['.npy'], bad: ['npy', '.tar.gz', '.'] },
  { model: 'data.filerecord', name: 'relative_path', good: ['lab/Subjects/x.npy'], bad: ['/lab', 'C:\\x', 'a'] },
])('$name of $model takes $good and refuses $bad', ({ model, name, good, bad }) => {
  const field = modelNamed(model).fields[name]
  const pattern = new RegExp(`^(?:${field && 'pattern' in field ? field.pattern : ''})$`, 'u')

  expect(good.filter((text) => !pattern.test(text))).toEqual([])
  expect(bad.filter((text) => pattern.test(text))).toEqual([])
})

import { boolean, choice, date, level, longText, many, reference, text } from '../field.ts'
import { defineModel } from '../model.ts'
import { record } from '../shared-fields.ts'

export const Subject = defineModel({
  app: 'subjects',
  name: 'Subject',
  label: 'subject',
  plural: 'subjects',
  help: 'HELP',
  proxies: [
    { app: 'subjects', name: 'AdverseEffect', label: 'adverse effect', plural: 'adverse effects' },
    { app: 'subjects', name: 'CullSubject', label: 'cull subject', plural: 'cull subjects' },
  ],
  fields: {
    ...record,
    nickname: text('HELP `-` means “not named yet”', 64, { pattern: '[\\w.-]+', default: { value: '-' } }),
    species: reference('subjects.species', 'HELP', 'clear', {
      nullable: true,
      blank: true,
      default: { rule: 'default_species' },
    }),
    litter: reference('subjects.litter', 'HELP', 'clear', { nullable: true, blank: true }),
    sex: choice(
      'HELP',
      1,
      [
        ['M', 'Male'],
        ['F', 'Female'],
        ['U', 'Unknown'],
      ],
      { blank: true, default: { value: 'U' } },
    ),
    strain: reference('subjects.strain', 'HELP', 'clear', { nullable: true, blank: true }),
    source: reference('subjects.source', 'HELP', 'clear', {
      nullable: true,
      blank: true,
      default: { rule: 'default_source' },
    }),
    line: reference('subjects.line', 'HELP', 'clear', { nullable: true, blank: true }),
    birth_date: date('HELP', { nullable: true, blank: true }),
    death_date: date('HELP', { nullable: true, blank: true }),
    wean_date: date('HELP', { nullable: true, blank: true }),
    genotype_date: date('HELP', { nullable: true, blank: true }),
    responsible_user: reference('misc.labmember', 'HELP person legally/primarily in charge', 'clear', {
      nullable: true,
      blank: true,
      related: 'subjects_responsible',
      default: { rule: 'default_responsible_user' },
    }),
    lab: reference('misc.lab', 'HELP', 'cascade', { default: { setting: 'default_lab' } }),
    cage: text('HELP free-text cage label (independent of Housing)', 64, {
      nullable: true,
      blank: true,
      default: { value: null },
    }),
    request: reference('subjects.subjectrequest', 'HELP subject request this animal fulfils', 'clear', {
      nullable: true,
      blank: true,
    }),
    ear_mark: text('HELP', 32, { blank: true }),
    protocol_number: choice(
      'HELP',
      1,
      [
        ['1', '1'],
        ['2', '2'],
        ['3', '3'],
        ['4', '4'],
      ],
      { default: { value: '1' } },
    ),
    description: longText('HELP', { blank: true }),
    adverse_effects: longText('HELP', { blank: true }),
    actual_severity: level(
      'HELP',
      [
        [1, 'Sub-threshold'],
        [2, 'Mild'],
        [3, 'Moderate'],
        [4, 'Severe'],
        [5, 'Non-recovery'],
      ],
      { nullable: true, blank: true },
    ),
    to_be_genotyped: boolean('HELP', { default: { value: false } }),
    to_be_culled: boolean('HELP', { default: { value: false } }),
    reduced_date: date('HELP date tissue/animal disposed of', { nullable: true, blank: true }),
    genotype: many('subjects.allele', 'HELP', { blank: true, through: 'subjects.zygosity' }),
    genotype_test: many('subjects.sequence', 'HELP', { blank: true, through: 'subjects.genotypetest' }),
    projects: many('subjects.project', 'HELP', { blank: true }),
  },
  ordering: ['nickname', '-birth_date'],
  unique: [{ fields: ['nickname', 'lab'] }, { fields: ['nickname', 'responsible_user'] }],
  // nickname.
})

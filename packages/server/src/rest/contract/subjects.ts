import { Project, Subject } from '@alyx/models'
import { waterOfSubjects } from '../../domains/actions/index.ts'
import {
  genotypeText,
  ofTheLine,
  subjectsAlive,
  subjectsInStock,
  subjectsRestricted,
  subjectsWithOpenRestriction,
} from '../../domains/subjects/index.ts'
import { batched, column, columns, derived, link, type Moment, rows, type Shape, values } from '../../query/index.ts'
import { bool, django, fieldFilters, text } from '../filters/index.ts'
import { waterAdministrationShape, weighingShape } from './actions.ts'
import { byText, resource } from './resource.ts'

const DAY_MILLISECONDS = 24 * 60 * 60 * 1000
const WEEK_DAYS = 7

/** Whole weeks from birth to death or today; 0 without a date of birth. */
function ageWeeks([birth, death]: readonly (string | null)[], { today }: Moment): number {
  if (!birth) return 0
  const days = Math.floor((Date.parse(death ?? today) - Date.parse(birth)) / DAY_MILLISECONDS)
  return Math.floor(days / WEEK_DAYS)
}

const summary = {
  nickname: column('nickname'),
  url: link('/subjects', 'nickname', { readOnly: true }),
  id: column('id'),
  responsible_user: column('responsible_user.username'),
  birth_date: column('birth_date'),
  age_weeks: derived('integer', ['birth_date', 'death_date'], ageWeeks),
  death_date: column('death_date'),
  species: column('species.nickname'),
  sex: column('sex'),
  litter: column('litter.name'),
  strain: column('strain.name'),
  source: column('source.name'),
  line: column('line.name'),
  projects: values('projects.name'),
  session_projects: values('actions_sessions.projects.name', { distinct: true, readOnly: true }),
  lab: column('lab.name', { required: true }),
  genotype: values('zygosity', { where: ofTheLine, value: { kind: 'text', sql: genotypeText } }),
  description: column('description'),
  alive: derived('boolean', ['death_date'], ([death], { today }) => !death || death > today),
  reference_weight: batched('float', waterOfSubjects, 'reference_weight'),
  last_water_restriction: batched('datetime', waterOfSubjects, 'last_water_restriction'),
  expected_water: batched('float', waterOfSubjects, 'expected_water'),
  remaining_water: batched('float', waterOfSubjects, 'remaining_water'),
  json: column('json'),
} satisfies Shape

export const subjects = resource('/subjects', {
  model: Subject,
  lookup: byText('nickname'),
  schema: 'SubjectList',
  detailSchema: 'SubjectDetail',
  shape: summary,
  detailShape: {
    ...summary,
    genotype: rows('zygosity', { allele: column('allele.nickname'), zygosity: column('zygosity') }),
    weighings: rows('weighings', weighingShape),
    water_administrations: rows('water_administrations', waterAdministrationShape),
  },
  writes: { caller: ['responsible_user'], reset: { nickname: '-' } },
  filters: {
    ...fieldFilters(Subject, {
      replace: { json: text('json'), responsible_user: text('responsible_user__username'), lab: text('lab__name') },
    }),
    django: django(),
    alive: bool(subjectsAlive),
    stock: bool(subjectsInStock),
    water_restricted: bool(subjectsRestricted),
    project: text('projects__name'),
  },
})

export const waterRestrictedSubjects = resource('/water-restricted-subjects', {
  model: Subject,
  methods: ['GET'],
  schema: 'WaterRestrictedSubjectList',
  views: ['Water Restricted Subject List'],
  only: subjectsWithOpenRestriction,
  shape: {
    nickname: column('nickname'),
    url: link('/subjects', 'nickname', { readOnly: true }),
    expected_water: batched('float', waterOfSubjects, 'expected_water'),
    remaining_water: batched('float', waterOfSubjects, 'remaining_water'),
    reference_weight: batched('float', waterOfSubjects, 'reference_weight'),
    last_water_restriction: batched('datetime', waterOfSubjects, 'last_water_restriction'),
    reference_weight_pct: column('lab.reference_weight_pct', { readOnly: true }),
    zscore_weight_pct: column('lab.zscore_weight_pct', { readOnly: true }),
  },
})

export const projects = resource('/projects', {
  model: Project,
  lookup: byText('name'),
  shape: { ...columns('name', 'description'), users: values('users.username') },
  writes: { callerLinks: ['users'] },
})

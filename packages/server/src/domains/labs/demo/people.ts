import {
  CageType,
  DataRepository,
  DataRepositoryType,
  Enrichment,
  Food,
  Lab,
  LabLocation,
  LabMember,
  LabMembership,
  Project,
} from '@alyx/models'
import { addDays, at, clock } from './calendar.ts'
import type { Stage } from './stage.ts'

/** A laboratory of the demo, with its rooms and where its files go. */
export interface DemoLab {
  readonly id: string
  readonly name: string
  /** How its rules define "too light": fractions of reference weight and of weight for age. */
  readonly referencePct: number
  readonly zscorePct: number
  /** Minutes after midnight, in the server's wall clock, at which its working day begins. */
  readonly opens: number
  readonly locations: Readonly<Record<Room, string>>
  readonly localRepository: DemoRepository
  readonly repositories: readonly DemoRepository[]
}

export type Room = 'vivarium' | 'surgery' | 'training1' | 'training2' | 'ephys' | 'imaging'

export interface DemoRepository {
  readonly id: string
  readonly name: string
  readonly personal: boolean
}

export type Username = (typeof PEOPLE)[number]['username']
type LabName = (typeof LABS)[number]['name']

export interface People {
  readonly users: Readonly<Record<Username, string>>
  readonly labs: Readonly<Record<LabName, DemoLab>>
  readonly projects: Readonly<Record<ProjectName, string>>
}

const LABS = [
  {
    name: 'almadalab',
    institution: 'Almada Institute of Neuroscience',
    address: 'Rua do Farol 12, Almada, Portugal',
    timezone: 'Europe/Lisbon',
    reference_weight_pct: 0.85,
    zscore_weight_pct: 0,
    opens: '08:30',
    local: 'almada_local',
  },
  {
    name: 'harbourlab',
    institution: 'Harbour University',
    address: '4 Quay Street, London, United Kingdom',
    timezone: 'Europe/London',
    reference_weight_pct: 0,
    zscore_weight_pct: 0.8,
    opens: '09:00',
    local: 'harbour_local',
  },
  {
    name: 'ridgelab',
    institution: 'Ridge College',
    address: '210 Hill Road, Ithaca, New York',
    timezone: 'America/New_York',
    reference_weight_pct: 0.8,
    zscore_weight_pct: 0,
    opens: '13:30',
    local: 'almada_local',
  },
] as const

const ROOMS: readonly (readonly [Room, string])[] = [
  ['vivarium', 'vivarium'],
  ['surgery', 'surgery_room'],
  ['training1', 'behavior_rig_1'],
  ['training2', 'behavior_rig_2'],
  ['ephys', 'ephys_rig_1'],
  ['imaging', 'mesoscope_room'],
]

const REPOSITORIES = [
  { name: 'almada_local', personal: true, hostname: 'store.almada.example.org', path: '/mnt/s0/Data/Subjects/' },
  { name: 'harbour_local', personal: true, hostname: 'store.harbour.example.org', path: '/mnt/s1/Data/Subjects/' },
  {
    name: 'flatiron_demo',
    personal: false,
    hostname: 'archive.example.org',
    path: '/mnt/archive/demo/Subjects/',
    url: 'https://archive.example.org/demo/Subjects/',
  },
  {
    name: 'aws_demo',
    personal: false,
    hostname: 'demo-bucket.s3.example.org',
    path: '/data/demo/Subjects/',
    url: 'https://demo-bucket.s3.example.org/data/demo/Subjects/',
    json: { bucket_name: 'demo-bucket' },
  },
] as const

const PEOPLE = [
  {
    username: 'ines.duarte',
    first: 'Inês',
    last: 'Duarte',
    lab: 'almadalab',
    role: 'principal investigator',
    years: 5,
  },
  {
    username: 'tomas.reis',
    first: 'Tomás',
    last: 'Reis',
    lab: 'almadalab',
    role: 'lab manager',
    years: 4,
    stock: true,
  },
  { username: 'mira.okafor', first: 'Mira', last: 'Okafor', lab: 'almadalab', role: 'postdoc', years: 2.5 },
  { username: 'priya.raman', first: 'Priya', last: 'Raman', lab: 'almadalab', role: 'PhD student', years: 1.6 },
  {
    username: 'sofia.andrade',
    first: 'Sofia',
    last: 'Andrade',
    lab: 'almadalab',
    role: 'research technician',
    years: 3,
  },
  {
    username: 'ben.whitlock',
    first: 'Ben',
    last: 'Whitlock',
    lab: 'harbourlab',
    role: 'principal investigator',
    years: 4.5,
  },
  { username: 'jonas.lindqvist', first: 'Jonas', last: 'Lindqvist', lab: 'harbourlab', role: 'postdoc', years: 2 },
  { username: 'luca.ferri', first: 'Luca', last: 'Ferri', lab: 'harbourlab', role: 'PhD student', years: 1.3 },
  { username: 'hana.sato', first: 'Hana', last: 'Sato', lab: 'ridgelab', role: 'principal investigator', years: 3.5 },
  { username: 'noah.keller', first: 'Noah', last: 'Keller', lab: 'ridgelab', role: 'data engineer', years: 2.2 },
  { username: 'carmen.vidal', first: 'Carmen', last: 'Vidal', lab: 'harbourlab', role: 'postdoc', years: 4, left: 0.4 },
  { username: 'demo.reader', first: 'Public', last: 'Reader', years: 1.5, public: true },
] as const

const PROJECTS = [
  { name: 'visual_decisions', description: 'How the brain turns faint visual evidence into a choice.', users: [] },
  {
    name: 'motor_cortex_dynamics',
    description: 'Population activity in secondary motor cortex before and during wheel movements.',
    users: ['ines.duarte', 'mira.okafor', 'sofia.andrade'],
  },
  {
    name: 'cortex_wide_imaging',
    description: 'Two-photon mesoscope imaging across visual areas during learning.',
    users: ['ben.whitlock', 'jonas.lindqvist', 'luca.ferri'],
  },
] as const
export type ProjectName = (typeof PROJECTS)[number]['name']

/** Who may act on whose animals: the first lets the others. */
const DELEGATES: readonly (readonly [Username, readonly Username[]])[] = [
  ['mira.okafor', ['sofia.andrade', 'priya.raman']],
  ['priya.raman', ['sofia.andrade', 'mira.okafor']],
  ['jonas.lindqvist', ['luca.ferri']],
  ['luca.ferri', ['jonas.lindqvist']],
]

const YEAR_DAYS = 365

/** People, laboratories, rooms, repositories and projects. */
export function addPeople(stage: Stage, passwordHash: string | undefined): People {
  const users = addUsers(stage, passwordHash)
  const repositories = addRepositories(stage)
  const labs = Object.fromEntries(LABS.map((lab) => [lab.name, addLab(stage, lab, repositories)])) as Record<
    LabName,
    DemoLab
  >
  for (const person of PEOPLE) {
    if (!('lab' in person)) continue
    stage.rows.add(LabMembership, {
      user_id: users[person.username],
      lab_id: labs[person.lab].id,
      role: person.role,
      start_date: addDays(stage.today, -Math.round(person.years * YEAR_DAYS)),
      end_date: 'left' in person ? addDays(stage.today, -Math.round(person.left * YEAR_DAYS)) : null,
    })
  }
  // The data engineer works for all three laboratories.
  for (const lab of ['almadalab', 'harbourlab'] as const) {
    stage.rows.add(LabMembership, {
      user_id: users['noah.keller'],
      lab_id: labs[lab].id,
      role: 'data engineer',
      start_date: addDays(stage.today, -YEAR_DAYS),
    })
  }
  for (const [grantor, delegates] of DELEGATES) {
    stage.rows.link(
      LabMember,
      'allowed_users',
      users[grantor],
      delegates.map((name) => users[name]),
    )
  }
  return { users, labs, projects: addProjects(stage, users) }
}

function addUsers(stage: Stage, passwordHash: string | undefined): Record<Username, string> {
  return Object.fromEntries(
    PEOPLE.map((person) => [
      person.username,
      stage.rows.add(LabMember, {
        username: person.username,
        first_name: person.first,
        last_name: person.last,
        email: `${person.username}@example.org`,
        // An empty password can never log in.
        password: 'left' in person ? '' : (passwordHash ?? ''),
        date_joined: at(addDays(stage.today, -Math.round(person.years * YEAR_DAYS)), clock('10:00')),
        is_staff: !('public' in person),
        is_active: !('left' in person),
        is_stock_manager: 'stock' in person,
        is_public_user: 'public' in person,
      }),
    ]),
  ) as Record<Username, string>
}

function addRepositories(stage: Stage): DemoRepository[] {
  return REPOSITORIES.map((one) => ({
    name: one.name,
    personal: one.personal,
    id: stage.rows.add(DataRepository, {
      name: one.name,
      hostname: one.hostname,
      globus_path: one.path,
      globus_is_personal: one.personal,
      globus_endpoint_id: endpointId(stage),
      data_url: 'url' in one ? one.url : null,
      json: 'json' in one ? one.json : null,
      timezone: one.name === 'almada_local' ? 'Europe/Lisbon' : 'Europe/London',
      repository_type_id: stage.catalogue.key(DataRepositoryType, 'Fileserver'),
    }),
  }))
}

function endpointId(stage: Stage): string {
  const hex = stage.random('endpoints').hex(32)
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

function addLab(stage: Stage, lab: (typeof LABS)[number], all: readonly DemoRepository[]): DemoLab {
  const repositories = all.filter(({ name, personal }) => name === lab.local || !personal)
  const id = stage.rows.add(Lab, {
    name: lab.name,
    institution: lab.institution,
    address: lab.address,
    timezone: lab.timezone,
    reference_weight_pct: lab.reference_weight_pct,
    zscore_weight_pct: lab.zscore_weight_pct,
    cage_type_id: stage.catalogue.key(CageType, 'IVC'),
    enrichment_id: stage.catalogue.key(Enrichment, 'Cardboard tunnel'),
    food_id: stage.catalogue.key(Food, 'Envigo 2919'),
    cage_cleaning_frequency_days: 14,
    light_cycle: lab.name === 'harbourlab' ? 1 : 0,
  })
  stage.rows.link(
    Lab,
    'repositories',
    id,
    repositories.map((one) => one.id),
  )
  const locations = Object.fromEntries(
    ROOMS.map(([room, suffix]) => [
      room,
      stage.rows.add(LabLocation, { name: `${lab.name.replace('lab', '')}_${suffix}`, lab_id: id }),
    ]),
  ) as Record<Room, string>
  return {
    id,
    name: lab.name,
    referencePct: lab.reference_weight_pct,
    zscorePct: lab.zscore_weight_pct,
    opens: clock(lab.opens),
    locations,
    localRepository: repositories.find((one) => one.personal) as DemoRepository,
    repositories,
  }
}

function addProjects(stage: Stage, users: Record<Username, string>): Record<ProjectName, string> {
  return Object.fromEntries(
    PROJECTS.map(({ name, description, users: members }) => {
      const id = stage.rows.add(Project, { name, description })
      stage.rows.link(
        Project,
        'users',
        id,
        members.map((member) => users[member]),
      )
      return [name, id]
    }),
  ) as Record<ProjectName, string>
}

import type { ContractField } from './contract-field.ts'

/** Facts about one field; undefined takes away what the declaration says. */
export type Stated = { readonly [K in keyof ContractField]?: ContractField[K] | undefined }
type Facts = Readonly<Record<string, Stated>>

/** Names of representations that occur only inside another, by `<representation>.<field>`. */
export const nestedNames: Readonly<Record<string, string>> = {
  'Dataset.file_records': 'DatasetFileRecords',
  'SessionDetail.wateradmin_session_related': 'SessionWaterAdmin',
  'SessionDetail.data_dataset_session_related': 'SessionDatasets',
  'SubjectDetail.genotype': 'ZygosityList',
  'ProbeInsertionList.session_info': 'SessionMention',
  'ProbeInsertionDetail.session_info': 'SessionMention',
  'TrajectoryEstimate.session': 'SessionMention',
  'ChronicInsertionList.probe_insertion.session_info': 'SessionMention',
  'ChronicInsertionDetail.probe_insertion.session_info': 'SessionMention',
}

const NULL_ACCEPTED: Stated = { nullable: true }
const NULL_REFUSED: Stated = { nullable: false }
const MUST_BE_GIVEN: Stated = { required: true }
const ONLY_SHOWN: Stated = { readOnly: true }
/** A create needs it; a change of the record may leave it out. */
const NEEDED_ONCE: Stated = { required: true, onlyToCreate: true }
const NEEDED_ONCE_NOT_NULL: Stated = { ...NEEDED_ONCE, nullable: false }
const ANY_LENGTH: Stated = { maxLength: undefined }
const ANY_ANGLE: Stated = { minimum: undefined, maximum: undefined }
const OPEN_TEXT: Stated = { nullable: true, maxLength: undefined, pattern: undefined }

const subject: Facts = {
  species: NULL_ACCEPTED,
  litter: NULL_ACCEPTED,
  strain: NULL_ACCEPTED,
  source: NULL_ACCEPTED,
  line: NULL_ACCEPTED,
  age_weeks: { help: 'Whole weeks from birth to death or today.' },
  alive: { help: 'True as long as no death is recorded.' },
  reference_weight: { help: 'Weight on the day the last water restriction began, in grams.' },
  last_water_restriction: { help: 'When the current water restriction began.' },
  expected_water: { help: 'Water for today by weight and rule of the lab, in millilitres.' },
  remaining_water: { help: 'What is still to be given of it today, in millilitres.' },
  session_projects: { help: 'Projects of its sessions, by name.' },
  genotype: { help: 'Alleles with their zygosity.' },
}

const located: Facts = {
  coordinate_system: { default: 'IBL-Allen' },
  provenance: MUST_BE_GIVEN,
  x: MUST_BE_GIVEN,
  y: MUST_BE_GIVEN,
  z: MUST_BE_GIVEN,
  n_xyz: MUST_BE_GIVEN,
}

const DATA_URL: Stated = { help: 'Where the file can be downloaded; null when no public repository holds it.' }
const insertion: Facts = { session: NEEDED_ONCE_NOT_NULL, name: MUST_BE_GIVEN }
const chronicInsertion: Facts = { subject: NEEDED_ONCE }

/** Facts that do not follow from the declarations, by representation and field: what Alyx's views say by hand. */
export const statedFacts: Readonly<Record<string, Facts>> = {
  SubjectList: subject,
  SubjectDetail: { ...subject, genotype: { help: 'Alleles with their zygosity.' } },
  ZygosityList: { allele: { required: false } },
  WaterRestrictedSubjectList: {
    nickname: { default: undefined },
    expected_water: subject.expected_water ?? {},
    remaining_water: subject.remaining_water ?? {},
    reference_weight: subject.reference_weight ?? {},
    last_water_restriction: subject.last_water_restriction ?? {},
    reference_weight_pct: { computed: true, help: 'Least share of the reference weight that the lab accepts.' },
    zscore_weight_pct: { computed: true, help: 'Least share of the weight expected at its age that the lab accepts.' },
  },
  User: {
    lab: { computed: true, help: 'Labs that the person works in today, by name.' },
    subjects_responsible: { help: 'Nicknames of the subjects that the person answers for.' },
  },
  Note: { content_type: { computed: undefined, relation: true, help: 'Kind of the record that the note is about.' } },
  WaterAdministrationDetail: { session: NULL_REFUSED },
  SessionMention: {
    subject: ONLY_SHOWN,
    lab: ONLY_SHOWN,
    projects: MUST_BE_GIVEN,
  },
  WaterRestrictionList: { subject: ONLY_SHOWN, water_type: ONLY_SHOWN },
  SessionDetail: {
    location: NULL_ACCEPTED,
    parent_session: NULL_ACCEPTED,
    procedures: { items: { type: 'string', nullable: true } },
  },
  SessionDatasets: {
    dataset_type: MUST_BE_GIVEN,
    data_url: DATA_URL,
    url: { readOnly: true },
    default_revision: {
      computed: undefined,
      type: 'string',
      readOnly: false,
      required: true,
      help: 'True when programs that name no revision get this dataset.',
    },
  },
  ProbeInsertionList: insertion,
  ProbeInsertionDetail: insertion,
  ChronicInsertionList: chronicInsertion,
  ChronicInsertionDetail: chronicInsertion,
  TrajectoryEstimate: {
    x: MUST_BE_GIVEN,
    y: MUST_BE_GIVEN,
    depth: MUST_BE_GIVEN,
    theta: { ...MUST_BE_GIVEN, ...ANY_ANGLE },
    phi: { ...MUST_BE_GIVEN, ...ANY_ANGLE },
    roll: ANY_ANGLE,
    probe_name: { help: 'Name of the insertion.' },
  },
  Channel: { trajectory_estimate: NEEDED_ONCE_NOT_NULL, brain_region: NULL_REFUSED },
  FOV: { name: MUST_BE_GIVEN, session: MUST_BE_GIVEN, imaging_type: { onlyToCreate: true, required: true } },
  FOVLocationList: located,
  FOVLocationDetail: located,
  ImagingStackDetail: { name: { ...MUST_BE_GIVEN, ...ANY_LENGTH } },
  Task: { session: NEEDED_ONCE },
  Dataset: {
    collection: OPEN_TEXT,
    hash: { ...OPEN_TEXT, emptyRefused: true },
    version: { ...OPEN_TEXT, emptyRefused: true },
    file_size: { nullable: true, format: undefined, minimum: undefined, maximum: undefined },
    default_dataset: NULL_ACCEPTED,
    experiment_number: { computed: true, help: 'Number of its session.' },
    protected: { help: 'How many of its tags keep it from being changed.' },
    public: { help: 'How many of its tags say that it is public.' },
  },
  DatasetFileRecords: {
    data_repository_path: { readOnly: true, help: 'Folder of the repository on its server.' },
    data_url: DATA_URL,
  },
  DatasetType: { created_by: NULL_ACCEPTED },
  DataNotice: {
    created_by: NULL_ACCEPTED,
    datasets: { items: { type: 'string' } },
    description_html: { help: 'The description as HTML.' },
  },
  DataRepository: { repository_type: NULL_ACCEPTED },
  BrainRegion: {
    id: { minimum: undefined, maximum: undefined },
    acronym: ANY_LENGTH,
    name: ANY_LENGTH,
    parent: NULL_REFUSED,
    related_descriptions: { help: 'Descriptions of the region and of those around and within it.' },
  },
}

/** Fields that a body may hold and an answer never shows, each after the field that it follows in the documents. */
export const writtenOnly: Readonly<
  Record<string, readonly (Stated & { readonly name: string; readonly after: string })[]>
> = {
  Dataset: [
    {
      name: 'subject',
      after: 'file_records',
      type: 'string',
      relation: true,
      writeOnly: true,
      help: 'With date and number: the session, named by the nickname of its subject.',
    },
    { name: 'date', after: 'subject', type: 'string', format: 'date', help: 'Day of that session.' },
    { name: 'number', after: 'date', type: 'integer', help: 'Number of that session on its day.' },
  ],
}

import { fieldsWithInherited } from '@alyx/models'
import type { Resource } from '../contract/index.ts'
import type { ListFilter } from '../filters/index.ts'

/** What filters mean that are no fields, or mean more than the field they are named after. */
const ofEvery: Readonly<Record<string, string>> = {
  alive: 'True for living subjects, False for dead ones.',
  ancestors: 'Acronym or number of a region: it and all regions around it.',
  atlas_acronym: 'Acronym of a brain region, everything inside the region included.',
  atlas_id: 'Number of a brain region, everything inside the region included.',
  atlas_name: 'Part of the name of a brain region, everything inside the region included.',
  created_date: 'Day of registration.',
  created_date_gte: 'Registered on this day or later.',
  created_date_lte: 'Registered on this day or earlier.',
  dataset_qc_lte: 'With datasets that are at least this good: PASS, WARNING, FAIL or CRITICAL.',
  coordinate_system: 'Name of the coordinate system.',
  data_repository: 'Name of the repository.',
  dataset: 'Name of the dataset.',
  dataset_tag: 'Name of a tag that one of the datasets has.',
  dataset_type: 'Name of the dataset type, or a part of it.',
  dataset_types: 'Types of dataset, separated by commas, all of which must be there.',
  datasets: 'Datasets, separated by commas, all of which must be there.',
  date: 'Day of the session.',
  date_range: 'First and last day, separated by a comma.',
  descendants: 'Acronym or number of a region: it and all regions within it.',
  exists: 'True for what lies in a repository, False for what is lost or still to come.',
  experiment_number: 'Number of the session on its day.',
  extended_qc: 'Pairs of a check and a value: `qc_bool,True` or `qc_pct__gte,0.5`.',
  globus_is_personal: 'True for repositories on personal computers.',
  histology: 'True for subjects with a histology session.',
  imaging_type: 'Part of the name of the type of imaging.',
  json: 'Pairs of a key and a value in the JSON document: `key,value` or `key__gte,0.5`.',
  lab: 'Name of the lab.',
  location: 'Part of the name of the location.',
  model: 'Name of the probe model.',
  nickname: 'Name of the subject.',
  performance_gte: 'At least this percentage of trials was right.',
  performance_lte: 'At most this percentage of trials was right.',
  probe: 'Name or identifier of the insertion.',
  probe_insertion: 'Identifier of the insertion.',
  procedure: 'Name of the procedure.',
  procedures: 'Part of the name of a procedure.',
  project: 'Name of a project; sessions and insertions are found by a part of it, too.',
  projects: 'Name of a project, or a part of it.',
  protected: 'True for datasets that a tag protects.',
  public: 'True for datasets that a tag makes public.',
  qc: 'NOT_SET, PASS, WARNING, FAIL or CRITICAL.',
  responsible_user: 'Name of the account that answers for it.',
  revision: 'Name of the revision.',
  session: 'Identifier of the session.',
  stock: 'True for subjects nobody works with yet.',
  subject: 'Name of the subject.',
  tag: 'Name of a tag.',
  task_protocol: 'Part of the name of the task protocol.',
  user: 'Name of the account.',
  users: 'Names of accounts, separated by commas, any of which took part.',
  water_restricted: 'True for subjects whose water is restricted today.',
}

/** The same for single lists where a name means something of its own. */
const ofOne: Readonly<Record<string, string>> = {
  '/downloads json': 'Part of the text of the JSON document.',
  '/subjects json': 'The JSON document, as text.',
  '/water-administrations location': 'Refused: these records have no place of their own.',
  '/weighings location': 'Refused: these records have no place of their own.',
}

/** What a filter asks for, for whoever writes a query. */
export function helpOfFilter({ path, model }: Resource, name: string, filter: ListFilter): string {
  const said = filter.help ?? ofOne[`${path} ${name}`]
  if (said) return said
  const field = fieldsWithInherited(model)[name]?.field
  const help = field?.help
  // Compared with the key of another record, whatever the same name stands for elsewhere.
  if ((field?.kind === 'reference' || field?.kind === 'many') && namesRecords(filter)) return `By identifier. ${help}`
  return ofEvery[name] ?? help ?? ''
}

const namesRecords = ({ schema }: ListFilter): boolean => {
  const { format } = (schema.type === 'array' ? schema.items : schema) as { readonly format?: string }
  return format === 'uuid'
}

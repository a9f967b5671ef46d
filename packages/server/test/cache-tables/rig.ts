import { type Database, sql } from '../../src/database/index.ts'

/** What a test says of a dataset; the rest is ordinary. */
export interface DatasetFacts {
  readonly name: string
  readonly session: string | null
  readonly collection?: string
  readonly revision?: string
  readonly bytes?: string | null
  readonly qc?: number
  readonly isDefault?: boolean
  readonly tags?: readonly string[]
  /** Repository to whether its file exists there. */
  readonly files?: Readonly<Record<string, boolean>>
}

/** A rig that records into a laboratory which has starter data and nothing else. */
export class Rig {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async lab(name: string): Promise<void> {
    await this.#database.execute(sql`
      insert into misc_lab (id, name, institution, address, timezone, reference_weight_pct, zscore_weight_pct)
      values (gen_random_uuid(), ${name}, '', '', 'UTC', 0.8, 0)`)
  }

  async repository(name: string): Promise<void> {
    await this.#database.execute(sql`
      insert into data_datarepository (id, name, hostname, timezone, globus_path, globus_is_personal)
      values (gen_random_uuid(), ${name}, '', 'UTC', '/', false)`)
  }

  async tag(name: string): Promise<void> {
    await this.#database.execute(sql`
      insert into data_tag (id, name, description, protected, public) values (gen_random_uuid(), ${name}, '', false, false)`)
  }

  async subject(nickname: string): Promise<void> {
    await this.#database.execute(sql`
      insert into subjects_subject (id, name, nickname, sex, ear_mark, protocol_number, description, adverse_effects,
        to_be_genotyped, to_be_culled, lab_id)
      values (gen_random_uuid(), '', ${nickname}, 'U', '', '1', '', '', false, false,
        (select id from misc_lab order by name limit 1))`)
  }

  /** @returns its key */
  async session(
    subject: string,
    lab: string | null,
    start: string | null,
    number: number | null,
    { protocol = '', projects = [] as readonly string[] } = {},
  ): Promise<string> {
    const [row] = await this.#database.rows(sql`
      insert into actions_session (id, name, narrative, start_time, type, number, task_protocol, qc, auto_datetime, lab_id, subject_id)
      values (gen_random_uuid(), '', '', ${start}::timestamptz, 'Experiment', ${number}, ${protocol}, 0, now(),
        (select id from misc_lab where name = ${lab}), (select id from subjects_subject where nickname = ${subject}))
      returning id`)
    const id = row![0]!
    for (const project of projects) {
      await this.#database.execute(sql`
        insert into subjects_project (id, name, description) values (gen_random_uuid(), ${project}, '') on conflict (name) do nothing`)
      await this.#database.execute(sql`
        insert into actions_session_projects (session_id, project_id) select ${id}::uuid, id from subjects_project where name = ${project}`)
    }
    return id
  }

  /** @returns its key */
  async dataset(facts: DatasetFacts): Promise<string> {
    const {
      name,
      session,
      collection = '',
      revision,
      bytes = '1',
      qc = 0,
      isDefault = true,
      tags = [],
      files = {},
    } = facts
    if (revision !== undefined)
      await this.#database.execute(sql`
        insert into data_revision (id, name, description, created_datetime) values (gen_random_uuid(), ${revision}, '', now())
        on conflict (name) do nothing`)
    const [row] = await this.#database.rows(sql`
      insert into data_dataset (id, name, created_datetime, generating_software, file_size, hash, version, auto_datetime,
        default_dataset, qc, collection, data_format_id, dataset_type_id, session_id, revision_id)
      values (gen_random_uuid(), ${name}, now(), '', ${bytes}::bigint, 'abc', '', now(), ${isDefault}, ${qc}, ${collection},
        (select id from data_dataformat limit 1), (select id from data_datasettype limit 1), ${session}::uuid,
        (select id from data_revision where name = ${revision ?? null}))
      returning id`)
    const id = row![0]!
    for (const [repository, exists] of Object.entries(files))
      await this.#database.execute(sql`
        insert into data_filerecord (id, name, relative_path, exists, data_repository_id, dataset_id)
        select gen_random_uuid(), '', ${id}, ${exists}, id, ${id}::uuid from data_datarepository where name = ${repository}`)
    for (const tag of tags)
      await this.#database.execute(sql`
        insert into data_dataset_tags (dataset_id, tag_id) select ${id}::uuid, id from data_tag where name = ${tag}`)
    return id
  }
}

import { loadStarterData } from '../../src/domains/labs/starter/index.ts'
import { migrateDatabase } from '../../src/schema/index.ts'
import { type ScratchDatabase, scratchDatabase } from '../postgres/scratch-database.ts'

/** Rows of the tables that grow; the plans change with their proportions, hardly with their size. */
const SIZE = { subjects: 400, sessions: 20_000, datasets: 40_000, insertions: 2_000, channels: 20_000 } as const

/** Id of a generated row. */
export const idOf = (kind: string, n: number): string =>
  `00000000-0000-4000-8000-${kind.length.toString(16).padStart(2, '0')}${kind.charCodeAt(0).toString(16)}${n.toString(16).padStart(8, '0')}`

const id = (kind: string, n: string): string => `('${idOf(kind, 0).slice(0, -8)}' || lpad(to_hex(${n}), 8, '0'))::uuid`

const SCRIPT = `
-- Generated rows refer to each other rightly, so that nothing needs to be checked.
set session_replication_role = replica;
insert into misc_lab (id, name, institution, address, timezone, reference_weight_pct, zscore_weight_pct)
  select ${id('lab', 'n')}, 'lab ' || n, '', '', 'UTC', 0.8, 0 from generate_series(1, 5) n;
insert into data_datarepository (id, name, hostname, timezone, globus_path, globus_is_personal)
  select ${id('repository', 'n')}, 'repository ' || n, '', 'UTC', '/mnt/', n = 2 from generate_series(1, 2) n;
insert into subjects_subject (id, name, nickname, sex, birth_date, ear_mark, protocol_number, description,
                              adverse_effects, to_be_genotyped, to_be_culled, lab_id)
  select ${id('subject', 'n')}, '', 'M' || lpad(n::text, 4, '0'), 'F', date '2020-01-01' + n, '', '1', '', '', false, false,
         ${id('lab', '1 + n % 5')} from generate_series(1, ${SIZE.subjects}) n;
insert into actions_session (id, name, narrative, start_time, number, task_protocol, qc, lab_id, subject_id,
                             auto_datetime, extended_qc)
  select ${id('session', 'n')}, '', '', timestamptz '2020-06-01' + make_interval(hours => n), 1,
         case when n % 500 = 0 then 'widefield_passive_' || n else 'trainingChoiceWorld' end, 0,
         ${id('lab', '1 + n % 5')}, ${id('subject', `1 + n % ${SIZE.subjects}`)}, now(),
         -- As wide as sessions are: a table of narrow rows is read whole in no time.
         (select jsonb_object_agg('_task_check_' || k, n % k) from generate_series(1, 20) k)
    from generate_series(1, ${SIZE.sessions}) n;
insert into data_dataset (id, name, collection, version, generating_software, hash, session_id, dataset_type_id, data_format_id,
                          created_datetime, auto_datetime, default_dataset, qc)
  select ${id('dataset', 'n')}, 'thing' || n % 1000 || '.npy', 'alf/probe0' || n % 2, '1', '', md5(n::text),
         ${id('session', `1 + n % ${SIZE.sessions}`)}, (array(select id from data_datasettype order by name limit 20))[1 + n % 20],
         (select id from data_dataformat where name = 'npy'), timestamptz '2020-06-01' + make_interval(mins => n), now(), true, 0
    from generate_series(1, ${SIZE.datasets}) n;
insert into data_filerecord (id, name, dataset_id, data_repository_id, relative_path, "exists")
  select ${id('record', 'n')}, '', ${id('dataset', 'n')}, ${id('repository', '1 + n % 2')}, 'a/b/' || n, true
    from generate_series(1, ${SIZE.datasets}) n;
insert into experiments_probeinsertion (id, name, session_id, auto_datetime, serial)
  select ${id('insertion', 'n')}, 'probe00', ${id('session', 'n')}, now(), '' from generate_series(1, ${SIZE.insertions}) n;
insert into experiments_trajectoryestimate (id, probe_insertion_id, x, y, z, depth, theta, phi, roll, provenance, datetime)
  select ${id('trajectory', 'n')}, ${id('insertion', 'n')}, 0, 0, 0, 0, 0, 0, 0, 70, now() from generate_series(1, ${SIZE.insertions}) n;
insert into experiments_channel (id, name, axial, "lateral", x, y, z, brain_region_id, trajectory_estimate_id)
  select ${id('channel', 'n')}, '', n, 0, 0, 0, 0, 997, ${id('trajectory', `1 + n % ${SIZE.insertions}`)}
    from generate_series(1, ${SIZE.channels}) n;
insert into actions_weighing (id, name, date_time, weight, subject_id)
  select ${id('weighing', 'n')}, '', timestamptz '2020-06-01' + make_interval(hours => n), 20, ${id('subject', `1 + n % ${SIZE.subjects}`)}
    from generate_series(1, ${SIZE.sessions}) n;
insert into actions_wateradministration (id, name, date_time, water_administered, subject_id, adlib)
  select ${id('water', 'n')}, '', timestamptz '2020-06-01' + make_interval(hours => n), 1, ${id('subject', `1 + n % ${SIZE.subjects}`)}, false
    from generate_series(1, ${SIZE.sessions}) n;
insert into actions_waterrestriction (id, name, narrative, start_time, reference_weight, subject_id)
  select ${id('restriction', 'n')}, '', '', timestamptz '2020-06-01', 22, ${id('subject', 'n')} from generate_series(1, 20) n;
-- The triggers that count rows slept as well.
select alyx.watch_row_count(relname)
  from (select distinct relname from pg_trigger join pg_class c on c.oid = tgrelid where tgname = 'alyx_count_added') t;`

/** A laboratory with some ten thousand rows in each table that grows, and what PostgreSQL knows of them up to date. */
export async function largeLaboratory(): Promise<ScratchDatabase> {
  const scratch = await scratchDatabase()
  await migrateDatabase(scratch.database)
  await scratch.database.transaction((db) => loadStarterData(db))
  await scratch.database.script(SCRIPT)
  // On its own: not inside a transaction. It also tells which pages an index alone can answer for.
  await scratch.database.script('vacuum analyze')
  return scratch
}

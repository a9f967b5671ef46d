-- 0002: indexes for the filters and orders of the contract, on the tables that grow with the laboratory.
--
-- Alyx's own indexes serve foreign keys, keys and unique names. Left out on purpose: tables of at most some thousand
-- rows (labs, people, types, repositories, brain regions), which are read whole faster; columns of few different values,
-- which an index does not narrow; measured numbers (coordinates, weights), which nobody looks up by equality, and which
-- are written in bulk; logs, which would double in size.
--
-- Backwards compatible: the tables stay as Django knows them. Locks each table against writing while its indexes are
-- built, some seconds per million rows.

-- Orders of lists: `id` is the last word, so that a page can be found in the index alone.
create index alyx_actions_session_start on actions_session (start_time desc, id);
create index alyx_actions_surgery_start on actions_surgery (start_time desc, id);
create index alyx_actions_waterrestriction_end on actions_waterrestriction (end_time desc, start_time desc, id);
create index alyx_subjects_subject_order on subjects_subject (nickname, birth_date desc, id);
create index alyx_jobs_task_order on jobs_task (level, priority desc, id);

-- Moments and days.
create index alyx_actions_session_end on actions_session (end_time);
create index alyx_actions_session_auto_datetime on actions_session (auto_datetime);
create index alyx_actions_weighing_date_time on actions_weighing (date_time);
create index alyx_actions_wateradministration_date_time on actions_wateradministration (date_time);
create index alyx_data_dataset_created_datetime on data_dataset (created_datetime);
create index alyx_data_dataset_auto_datetime on data_dataset (auto_datetime);
create index alyx_experiments_probeinsertion_auto_datetime on experiments_probeinsertion (auto_datetime);
create index alyx_experiments_trajectoryestimate_datetime on experiments_trajectoryestimate (datetime);
create index alyx_jobs_task_datetime on jobs_task (datetime);

-- Names without regard to case. Small tables too: the index gives the planner the number of rows to expect.
create index alyx_subjects_subject_nickname_upper on subjects_subject (upper(nickname));
create index alyx_misc_lab_name_upper on misc_lab (upper(name));
create index alyx_actions_session_type_upper on actions_session (upper(type));

-- Whole values.
create index alyx_data_dataset_name on data_dataset (name);
create index alyx_data_dataset_collection on data_dataset (collection);
create index alyx_data_dataset_version on data_dataset (version);
create index alyx_data_dataset_generating_software on data_dataset (generating_software);
create index alyx_data_dataset_file_size on data_dataset (file_size);
create index alyx_data_dataset_qc on data_dataset (qc) where qc > 0;
create index alyx_data_dataset_md5 on data_dataset (md5) where md5 is not null;
create index alyx_data_dataset_object_id on data_dataset (object_id) where object_id is not null;
create index alyx_actions_session_qc on actions_session (qc);
create index alyx_actions_session_n_trials on actions_session (n_trials);
create index alyx_actions_session_n_correct_trials on actions_session (n_correct_trials);
create index alyx_experiments_probeinsertion_serial on experiments_probeinsertion (serial);
create index alyx_experiments_trajectoryestimate_provenance on experiments_trajectoryestimate (provenance);
create index alyx_experiments_channel_lateral on experiments_channel ("lateral");
create index alyx_jobs_task_status on jobs_task (status);
create index alyx_jobs_task_name on jobs_task (name);
create index alyx_jobs_task_graph on jobs_task (graph);
create index alyx_misc_note_object on misc_note (object_id);
create index alyx_django_admin_log_object on django_admin_log (object_id, content_type_id);

-- Long texts that are asked for by equality only: a hash is a tenth of the size.
create index alyx_data_dataset_hash on data_dataset using hash (hash);
create index alyx_data_filerecord_relative_path on data_filerecord using hash (relative_path);

-- Sorting insertions, fields of view and tasks by the start of their session reads it from the index alone.
create index alyx_actions_session_id_start on actions_session (id) include (start_time);
-- "Sessions that have datasets of these types" asks this of each session.
create index alyx_data_dataset_session_type on data_dataset (session_id, dataset_type_id);
-- Water control reads the weighings and the water of a subject over a time.
create index alyx_actions_weighing_subject_time on actions_weighing (subject_id, date_time);
create index alyx_actions_wateradministration_subject_time on actions_wateradministration (subject_id, date_time);

-- Copies that are still to come: few, and what every transfer program asks for.
create index alyx_data_filerecord_absent on data_filerecord (dataset_id) where not "exists";

-- Parts of a text in any case (`icontains`) need the extension pg_trgm. Making it needs the right to create things in the
-- database, and its files on the server; where one is lacking, these searches read the table, and `alyx doctor` says how
-- to add the extension. The function may be called again then: it makes what is missing.
create function alyx.create_trigram_indexes() returns integer
language plpgsql as $$
declare
  trigrams text;
  target record;
  made integer := 0;
begin
  begin
    create extension if not exists pg_trgm with schema alyx;
  exception when insufficient_privilege or feature_not_supported or undefined_file then
    raise notice 'pg_trgm is not available: %', sqlerrm;
  end;
  -- The laboratory may have the extension already, in a schema of its choice.
  select n.nspname into trigrams
    from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname = 'pg_trgm';
  if trigrams is null then
    return 0;
  end if;
  for target in
    select * from (values
      ('actions_session', 'task_protocol'), ('actions_session', 'narrative'),
      ('data_dataset', 'name'), ('data_dataset', 'collection'),
      ('subjects_subject', 'nickname'), ('misc_note', 'text')
    ) as t (table_name, column_name)
  loop
    if to_regclass(format('public.alyx_%s_%s_trigram', target.table_name, target.column_name)) is null then
      execute format('create index alyx_%1$s_%2$s_trigram on public.%1$s using gin (%2$I %3$I.gin_trgm_ops)',
                     target.table_name, target.column_name, trigrams);
      made := made + 1;
    end if;
  end loop;
  return made;
end
$$;
do $$ begin perform alyx.create_trigram_indexes(); end $$;

-- What an index on an expression knows of its values is learned here, not at the next automatic analysis.
analyze subjects_subject, misc_lab, actions_session;

-- down

-- Everything above is an index of ours; those of later migrations are gone by now.
do $$
declare
  name text;
begin
  for name in select indexname from pg_indexes where schemaname = 'public' and indexname like 'alyx\_%' loop
    execute format('drop index public.%I', name);
  end loop;
  -- Only the extension that was made here; the laboratory's own stays.
  if exists (select from pg_extension where extname = 'pg_trgm' and extnamespace = 'alyx'::regnamespace) then
    drop extension pg_trgm;
  end if;
end
$$;
drop function alyx.create_trigram_indexes();

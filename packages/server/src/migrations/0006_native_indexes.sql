-- 0006: indexes for choosing rows by name while somebody types, and for lists in the order of names and times.
--
-- Names that people look for among many rows and that 0002 left out, because the contract does not look for parts of
-- them. Where pg_trgm is lacking these searches read the table, as those of 0002 do; `alyx.create_trigram_indexes()`
-- makes what is missing of both once the extension is there.
--
-- Backwards compatible: the tables stay as Django knows them. Locks each table against writing while its indexes are
-- built, some seconds per million rows.

create index alyx_jobs_task_name_order on jobs_task (name, id);
create index alyx_experiments_probeinsertion_name_order on experiments_probeinsertion (name, id);
create index alyx_experiments_fov_name_order on experiments_fov (name, id);
create index alyx_misc_note_date_time on misc_note (date_time);
-- Unlike the index of 0002 on the moment alone, these give pages of "the newest first" without sorting.
create index alyx_data_dataset_created_order on data_dataset (created_datetime desc, id);

-- One function for all of them: those of 0002, then these.
alter function alyx.create_trigram_indexes() rename to create_contract_trigram_indexes;
create function alyx.create_trigram_indexes() returns integer
language plpgsql as $$
declare
  trigrams text;
  target record;
  made integer := alyx.create_contract_trigram_indexes();
begin
  select n.nspname into trigrams
    from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname = 'pg_trgm';
  if trigrams is null then
    return 0;
  end if;
  for target in
    select * from (values
      ('experiments_probeinsertion', 'name'), ('experiments_probeinsertion', 'serial'), ('experiments_fov', 'name'),
      ('jobs_task', 'name'), ('subjects_litter', 'name'), ('subjects_breedingpair', 'name'),
      ('misc_housing', 'cage_name'), ('actions_chronicrecording', 'name')
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

-- down

drop function alyx.create_trigram_indexes();
alter function alyx.create_contract_trigram_indexes() rename to create_trigram_indexes;
do $$
declare
  name text;
begin
  for name in
    select unnest(array[
      'alyx_jobs_task_name_order', 'alyx_experiments_probeinsertion_name_order', 'alyx_experiments_fov_name_order',
      'alyx_misc_note_date_time', 'alyx_data_dataset_created_order',
      'alyx_experiments_probeinsertion_name_trigram', 'alyx_experiments_probeinsertion_serial_trigram',
      'alyx_experiments_fov_name_trigram', 'alyx_jobs_task_name_trigram', 'alyx_subjects_litter_name_trigram',
      'alyx_subjects_breedingpair_name_trigram', 'alyx_misc_housing_cage_name_trigram',
      'alyx_actions_chronicrecording_name_trigram'])
  loop
    execute format('drop index if exists public.%I', name);
  end loop;
end
$$;

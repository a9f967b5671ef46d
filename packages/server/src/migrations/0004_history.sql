-- 0004: the history of every change, whichever door it comes through: this server, Django, or psql.
--
-- Triggers on the tables of the laboratory append to alyx.change, once per statement: what was written, when, and by
-- whom, through which door and why, as the setting alyx.context of the transaction or of the connection says. Of an
-- update only the columns that are another than before. Sign-ins, tokens, Django's own logs and lists of permissions are
-- no laboratory data and are left out; a password leaves nothing but the fact that it was changed.
--
-- The history can only grow. Changing and removing is refused to everybody by triggers and, where the account that
-- migrates may make roles, the tables belong to a role of their own, so that this server and Django can only read them.
-- Seals chain what was written by hashes, so that a change by somebody who gets around all this is found.
--
-- Backwards compatible. Locks each table for the length of a catalogue change.

create table alyx.change (
  id bigint generated always as identity primary key,
  at timestamp with time zone not null,
  transaction xid8 not null default pg_current_xact_id(),
  table_name text not null,
  key text,
  operation text not null check (operation in ('start', 'insert', 'update', 'delete', 'truncate')),
  old jsonb,
  new jsonb,
  user_id uuid,
  username text,
  request text,
  source text not null,
  reason text,
  database_role text not null default session_user
);
-- Newest first; of one record with its links; of one person; of one request.
create index change_at on alyx.change (at, id);
create index change_record on alyx.change (key, table_name);
create index change_user on alyx.change (user_id, at) where user_id is not null;
create index change_name on alyx.change (username) where user_id is null and username is not null;
create index change_request on alyx.change (request) where request is not null;
comment on table alyx.change is 'Every change of the laboratory''s records, in the order in which they were written';
comment on column alyx.change.at is 'When the statement ran, not when its transaction was committed';
comment on column alyx.change.key is 'Primary key of the record; of a link, of the record that the link is a field of';
comment on column alyx.change.old is 'Update: the changed columns as they were. Delete: the whole row. Date-times in UTC';
comment on column alyx.change.new is 'Update: the changed columns as they are. Insert: the whole row. Date-times in UTC';
comment on column alyx.change.source is 'contract, native, command or server; what tells nothing is Django or psql';

create table alyx.seal (
  number bigint primary key,
  -- Every row from the one to the other, those that were rolled back left out; the next seal begins where this one ends.
  from_id bigint not null,
  to_id bigint not null,
  rows bigint not null,
  -- The first 8 bytes of each row's hash, to find the one that does not fit.
  row_marks bytea not null,
  hash bytea not null,
  sealed_at timestamp with time zone not null default clock_timestamp()
);
comment on table alyx.seal is 'Batches of the history, each hashed together with the hash of the batch before';

-- Up to which number the next seal may reach, once every transaction older than `settled_at` has ended: numbers are
-- handed out before transactions are committed, so a smaller one may still appear after a larger one.
create table alyx.seal_horizon (
  to_id bigint not null,
  settled_at xid8 not null
);

-- One text for one row, the same in every version and zone.
create function alyx.change_text(c alyx.change) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_array(c.id, to_char(c.at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), c.transaction::text,
    c.table_name, c.key, c.operation, c.old, c.new, c.user_id, c.username, c.request, c.source, c.reason,
    c.database_role)::text
$$;

create function alyx.seal_hash(before bytea, from_id bigint, to_id bigint, row_hashes bytea) returns bytea
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select sha256(coalesce(before, ''::bytea) || convert_to(format(' %s-%s ', from_id, to_id), 'UTF8') || row_hashes)
$$;

-- Seals what is settled, in batches of at most `most` rows, and takes note of what will be settled next time.
-- To be called in a transaction of its own. Returns the number of rows that were sealed.
create function alyx.seal_changes(most integer default 5000) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  newest bigint;
  horizon alyx.seal_horizon;
  last alyx.seal;
  batch record;
  total bigint := 0;
begin
  if pg_current_xact_id_if_assigned() is not null then
    raise 'the history is sealed in a transaction of its own';
  end if;
  perform pg_advisory_xact_lock(hashtext('alyx.seal_changes'));
  -- The order matters: whoever has drawn a number up to this one began to write before, so its transaction is older than
  -- the one that this call gets afterwards.
  select case when is_called then last_value else 0 end into newest from alyx.change_id_seq;
  select * into horizon from alyx.seal_horizon;
  if horizon.settled_at <= pg_snapshot_xmin(pg_current_snapshot()) then
    select * into last from alyx.seal order by number desc limit 1;
    last.number := coalesce(last.number, 0);
    last.to_id := coalesce(last.to_id, 0);
    loop
      select count(*) as rows, max(id) as to_id,
             string_agg(row_hash, ''::bytea order by id) as row_hashes,
             string_agg(substr(row_hash, 1, 8), ''::bytea order by id) as row_marks
        into batch
        from (select c.id, sha256(convert_to(alyx.change_text(c), 'UTF8')) as row_hash
                from alyx.change c where c.id > last.to_id and c.id <= horizon.to_id order by c.id limit most) one;
      exit when batch.rows = 0;
      insert into alyx.seal (number, from_id, to_id, rows, row_marks, hash)
      values (last.number + 1, last.to_id + 1, batch.to_id, batch.rows, batch.row_marks,
              alyx.seal_hash(last.hash, last.to_id + 1, batch.to_id, batch.row_hashes))
      returning * into last;
      total := total + batch.rows;
    end loop;
    delete from alyx.seal_horizon;
    horizon := null;
  elsif horizon.settled_at > pg_snapshot_xmax(pg_current_snapshot()) then
    -- Noted by another cluster, before a restore.
    delete from alyx.seal_horizon;
    horizon := null;
  end if;
  if horizon.to_id is null then
    insert into alyx.seal_horizon values (newest, pg_current_xact_id());
  end if;
  return total;
end
$$;

create function alyx.refuse_to_forget() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  raise insufficient_privilege using message = format('the history can only grow: %s of alyx.%s is refused', lower(tg_op), tg_table_name);
end
$$;
create trigger alyx_only_grows before update or delete or truncate on alyx.change for each statement execute function alyx.refuse_to_forget();
create trigger alyx_only_grows before update or delete or truncate on alyx.seal for each statement execute function alyx.refuse_to_forget();
-- Replication, and whoever pretends to be it, is no exception.
alter table alyx.change enable always trigger alyx_only_grows;
alter table alyx.seal enable always trigger alyx_only_grows;

-- Appends what a statement did. Arguments: column of the record's key, primary key of the table, columns whose values
-- nobody may see, separated by commas.
create function alyx.remember() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp set timezone = 'UTC' as $$
declare
  context constant jsonb := nullif(current_setting('alyx.context', true), '')::jsonb;
  who constant uuid := context ->> 'user';
  username constant text := context ->> 'username';
  request constant text := context ->> 'request';
  source constant text := coalesce(context ->> 'source', 'Django or psql');
  reason constant text := context ->> 'reason';
  moment constant timestamptz := clock_timestamp();
  secrets constant text[] := string_to_array(tg_argv[2], ',');
begin
  if tg_op = 'INSERT' then
    insert into alyx.change (at, table_name, key, operation, new, user_id, username, request, source, reason)
    select moment, tg_table_name, doc ->> tg_argv[0], 'insert', doc - secrets, who, username, request, source, reason
      from (select to_jsonb(added) as doc from added offset 0) n;
  elsif tg_op = 'DELETE' then
    insert into alyx.change (at, table_name, key, operation, old, user_id, username, request, source, reason)
    select moment, tg_table_name, doc ->> tg_argv[0], 'delete', doc - secrets, who, username, request, source, reason
      from (select to_jsonb(removed) as doc from removed offset 0) o;
  elsif tg_op = 'UPDATE' then
    -- A row that was given another key is one that went and one that came. Without "offset 0" a document would be made
    -- anew each time it is mentioned, for every column of every row: three times as slow.
    insert into alyx.change (at, table_name, key, operation, old, new, user_id, username, request, source, reason)
    select moment, tg_table_name, coalesce(o.doc, n.doc) ->> tg_argv[0],
           case when o.doc is null then 'insert' when n.doc is null then 'delete' else 'update' end,
           case when n.doc is null then o.doc - secrets else difference.old end,
           case when o.doc is null then n.doc - secrets else difference.new end,
           who, username, request, source, reason
      from (select to_jsonb(removed) as doc from removed offset 0) o
      full join (select to_jsonb(added) as doc from added offset 0) n on n.doc ->> tg_argv[1] = o.doc ->> tg_argv[1]
      cross join lateral (
        select jsonb_object_agg(was.key, case when was.key = any(secrets) then '"(secret)"' else was.value end) as old,
               jsonb_object_agg(was.key, case when was.key = any(secrets) then '"(secret)"' else n.doc -> was.key end) as new
          from jsonb_each(o.doc) was
         where n.doc is not null and was.value is distinct from n.doc -> was.key
      ) difference
     where o.doc is null or n.doc is null or difference.old is not null;
  else
    insert into alyx.change (at, table_name, operation, user_id, username, request, source, reason)
    values (moment, tg_table_name, 'truncate', who, username, request, source, reason);
  end if;
  return null;
end
$$;

-- Remembers the changes of a table from now on. `key_column` holds the key of the record that a row belongs to.
create function alyx.watch_changes(watched text, key_column text, secrets text[] default '{}') returns void
language plpgsql as $$
declare
  primary_key constant text := (
    select a.attname from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
     where i.indrelid = format('public.%I', watched)::regclass and i.indisprimary);
  call constant text := format('execute function alyx.remember(%L, %L, %L)', key_column, primary_key, array_to_string(secrets, ','));
begin
  execute format('create or replace trigger alyx_remember_insert after insert on public.%I referencing new table as added for each statement %s', watched, call);
  execute format('create or replace trigger alyx_remember_update after update on public.%I referencing old table as removed new table as added for each statement %s', watched, call);
  execute format('create or replace trigger alyx_remember_delete after delete on public.%I referencing old table as removed for each statement %s', watched, call);
  execute format('create or replace trigger alyx_remember_truncate after truncate on public.%I for each statement %s', watched, call);
end
$$;

do $$
begin
  perform alyx.watch_changes(watched, 'id') from unnest(array[
    'actions_chronicrecording', 'actions_cull', 'actions_cullmethod', 'actions_cullreason', 'actions_notification',
    'actions_notificationrule', 'actions_otheraction', 'actions_proceduretype', 'actions_session',
    'actions_surgery', 'actions_virusinjection', 'actions_wateradministration', 'actions_waterrestriction',
    'actions_watertype', 'actions_weighing', 'auth_group', 'data_dataformat', 'data_datanotice',
    'data_datarepository', 'data_datarepositorytype', 'data_dataset', 'data_datasettype', 'data_download',
    'data_filerecord', 'data_revision', 'data_tag', 'experiments_brainregion', 'experiments_channel',
    'experiments_coordinatesystem', 'experiments_fov', 'experiments_fovlocation', 'experiments_imagingstack',
    'experiments_imagingtype', 'experiments_probeinsertion', 'experiments_probemodel',
    'experiments_trajectoryestimate', 'jobs_task', 'misc_cagetype', 'misc_enrichment', 'misc_food', 'misc_housing',
    'misc_housingsubject', 'misc_lab', 'misc_lablocation', 'misc_labmembership', 'misc_note', 'subjects_allele',
    'subjects_breedingpair', 'subjects_genotypetest', 'subjects_line', 'subjects_litter', 'subjects_project',
    'subjects_sequence', 'subjects_source', 'subjects_species', 'subjects_strain', 'subjects_subject',
    'subjects_subjectrequest', 'subjects_zygosity', 'subjects_zygosityrule'
  ]) as watched;
  perform alyx.watch_changes(watched, key_column) from (values
    ('actions_chronicrecording_procedures', 'chronicrecording_id'),
    ('actions_chronicrecording_users', 'chronicrecording_id'), ('actions_notification_users', 'notification_id'),
    ('actions_otheraction_procedures', 'otheraction_id'), ('actions_otheraction_users', 'otheraction_id'),
    ('actions_session_procedures', 'session_id'), ('actions_session_projects', 'session_id'),
    ('actions_session_users', 'session_id'), ('actions_surgery_procedures', 'surgery_id'),
    ('actions_surgery_users', 'surgery_id'), ('actions_virusinjection_procedures', 'virusinjection_id'),
    ('actions_virusinjection_users', 'virusinjection_id'),
    ('actions_waterrestriction_procedures', 'waterrestriction_id'),
    ('actions_waterrestriction_users', 'waterrestriction_id'), ('auth_group_permissions', 'group_id'),
    ('data_datanotice_datasets', 'datanotice_id'), ('data_dataset_tags', 'dataset_id'),
    ('data_download_projects', 'download_id'), ('experiments_chronicinsertion', 'chronicrecording_ptr_id'),
    ('experiments_fov_datasets', 'fov_id'), ('experiments_fovlocation_brain_region', 'fovlocation_id'),
    ('experiments_probeinsertion_datasets', 'probeinsertion_id'), ('jobs_task_parents', 'from_task_id'),
    ('misc_lab_repositories', 'lab_id'), ('misc_labmember_allowed_users', 'from_labmember_id'),
    ('misc_labmember_groups', 'labmember_id'), ('misc_labmember_user_permissions', 'labmember_id'),
    ('subjects_allele_sequences', 'allele_id'), ('subjects_line_alleles', 'line_id'),
    ('subjects_project_users', 'project_id'), ('subjects_subject_projects', 'subject_id')
  ) as links (watched, key_column);
  perform alyx.watch_changes('misc_labmember', 'id', array['password']);
end
$$;

insert into alyx.change (at, table_name, operation, source) values (clock_timestamp(), '', 'start', 'command');

-- Gives the history, and the schema, to a role of its own that nobody can log in as. The account of this server can then
-- read the history and make things of its own in the schema, but neither change, empty nor drop what it did not make.
-- Returns false, and leaves everything as it is, where the account may not make roles: a superuser can call it later.
-- Roles are shared by all databases of a cluster: the role may be there already, or be made at the same time by another.
create function alyx.protect_history() returns boolean
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  server constant regrole := (select relowner from pg_class where oid = 'alyx.migration'::regclass);
  is_superuser constant boolean := (select rolsuper from pg_roles where rolname = current_user);
  thing text;
begin
  begin
    if not exists (select from pg_roles where rolname = 'alyx_history') then
      create role alyx_history nologin;
    end if;
  exception when unique_violation or duplicate_object then null;
  end;
  if not is_superuser then
    execute format('grant alyx_history to %I', current_user);
  end if;
  alter schema alyx owner to alyx_history;
  execute format('grant usage, create on schema alyx to %s', server);
  foreach thing in array array['table alyx.change', 'table alyx.seal', 'table alyx.seal_horizon',
    'function alyx.remember()', 'function alyx.seal_changes(integer)', 'function alyx.change_text(alyx.change)',
    'function alyx.seal_hash(bytea, bigint, bigint, bytea)', 'function alyx.refuse_to_forget()'] loop
    execute format('alter %s owner to alyx_history', thing);
  end loop;
  execute format('grant select on alyx.change, alyx.seal, alyx.seal_horizon, alyx.change_id_seq to %s', server);
  if not is_superuser then
    execute format('revoke alyx_history from %I', current_user);
  end if;
  return true;
exception when insufficient_privilege then
  return false;
end
$$;

do $$
begin
  perform alyx.protect_history();
end
$$;

-- down

do $$
declare
  watched record;
begin
  for watched in select tgname, tgrelid::regclass as relation from pg_trigger where tgname like 'alyx\_remember\_%' loop
    execute format('drop trigger %I on %s', watched.tgname, watched.relation);
  end loop;
end
$$;
do $$
begin
  execute format('alter schema alyx owner to %s', (select relowner::regrole from pg_class where oid = 'alyx.migration'::regclass));
end
$$;
drop function alyx.protect_history();
drop function alyx.watch_changes(text, text, text[]);
drop function alyx.remember();
drop function alyx.seal_changes(integer);
drop function alyx.seal_hash(bytea, bigint, bigint, bytea);
drop function alyx.change_text(alyx.change);
drop table alyx.seal_horizon;
drop table alyx.seal;
drop table alyx.change;
drop function alyx.refuse_to_forget();

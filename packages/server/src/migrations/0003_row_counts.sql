-- 0003: how many rows the big tables have, kept by triggers, so that a list without filters need not count them.
--
-- Every statement that adds or removes rows appends the difference; the total is the sum. Appending, not updating, lets
-- two rigs write at once without waiting for each other, and what one sees is what its own snapshot holds: the total is
-- as exact as count(*). The triggers write as their owner, so that Django's account needs no right on our schema.
--
-- Backwards compatible. Locks each table against writing while it is counted, a second per some million rows.

create table alyx.row_count (
  table_name text not null,
  difference bigint not null
);
create index row_count_table on alyx.row_count (table_name) include (difference);
comment on table alyx.row_count is 'Rows added to (or, negative, removed from) the big tables, statement by statement';

create function alyx.count_rows() returns trigger
language plpgsql security definer set search_path = pg_catalog, alyx as $$
begin
  if tg_op = 'INSERT' then
    insert into alyx.row_count select tg_table_name, count(*) from added having count(*) > 0;
  elsif tg_op = 'DELETE' then
    insert into alyx.row_count select tg_table_name, -count(*) from removed having count(*) > 0;
  else
    delete from alyx.row_count where table_name = tg_table_name;
    insert into alyx.row_count values (tg_table_name, 0);
  end if;
  return null;
end
$$;

-- Many differences become one. Whoever sums meanwhile sees either all of the old rows or the new one.
create function alyx.sum_row_counts() returns void
language sql security definer set search_path = pg_catalog, alyx as $$
  with gone as (delete from alyx.row_count returning table_name, difference)
  insert into alyx.row_count select table_name, sum(difference) from gone group by table_name
$$;

-- Counts a table afresh and watches it from then on; called again, it repairs a total that was spoilt by a restore
-- without triggers.
create function alyx.watch_row_count(watched text) returns bigint
language plpgsql as $$
declare
  total bigint;
begin
  execute format('lock table public.%I in share row exclusive mode', watched);
  execute format('select count(*) from public.%I', watched) into total;
  delete from alyx.row_count where table_name = watched;
  insert into alyx.row_count values (watched, total);
  execute format('create or replace trigger alyx_count_added after insert on public.%I referencing new table as added for each statement execute function alyx.count_rows()', watched);
  execute format('create or replace trigger alyx_count_removed after delete on public.%I referencing old table as removed for each statement execute function alyx.count_rows()', watched);
  execute format('create or replace trigger alyx_count_emptied after truncate on public.%I for each statement execute function alyx.count_rows()', watched);
  return total;
end
$$;

do $$
begin
  perform alyx.watch_row_count(watched) from unnest(array[
    'actions_session', 'actions_wateradministration', 'actions_weighing', 'data_dataset', 'data_download',
    'data_filerecord', 'experiments_channel', 'experiments_probeinsertion', 'experiments_trajectoryestimate',
    'jobs_task', 'misc_note', 'subjects_subject'
  ]) as watched;
end
$$;

-- down

do $$
declare
  watched record;
begin
  for watched in select tgname, tgrelid::regclass as relation from pg_trigger where tgname like 'alyx\_count\_%' loop
    execute format('drop trigger %I on %s', watched.tgname, watched.relation);
  end loop;
end
$$;
drop function alyx.watch_row_count(text);
drop function alyx.sum_row_counts();
drop function alyx.count_rows();
drop table alyx.row_count;

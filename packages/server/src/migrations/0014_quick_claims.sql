-- 0014: tasks are given away in a time that does not grow with those that run.
--
-- Backwards compatible. Locks alyx.job while it is read once, a tenth of a second for 100,000 tasks.

-- The ready ones of each owner, for workers that run any program.
create index job_ready_any on alyx.job (owner, priority desc, level, queued_at, task_id) where status = 20 and unmet = 0;

-- Parsed once, here: a function that sets its search path is called for each row, one that does not becomes part of the
-- statement that asks.
create or replace function alyx.parent_is_done(status integer, needs text) returns boolean
language sql immutable
return case needs when 'end' then status >= 40 when 'data' then status in (50, 55, 60) else status in (55, 60) end;

create or replace function alyx.stage_of(status integer) returns integer
language sql immutable
return case when status in (55, 60) then 3 when status = 50 then 2 when status >= 40 then 1 else 0 end;

-- Only the last attempt of a task can be open. It is found by its number, and changed by its key: a join that PostgreSQL
-- planned while there were few attempts reads all of them anew for each task.
create or replace function alyx.follow_changed_tasks() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
  set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off as $$
declare
  -- The copies of the queue are still as the tasks were before.
  moved constant uuid[] := array(select a.id from added a join alyx.job j on j.task_id = a.id where a.status <> j.status);
  restaged constant uuid[] := array(
    select a.id from added a join alyx.job j on j.task_id = a.id where alyx.stage_of(a.status) <> alyx.stage_of(j.status));
  gone record;
begin
  update alyx.job j
     set status = a.status, priority = coalesce(a.priority, 0), level = coalesce(a.level, 0),
         executable = coalesce(a.executable, ''), graph = a.graph, session_id = a.session_id,
         repository_id = a.data_repository_id, cpu = coalesce(a.cpu, 1), gpu = coalesce(a.gpu, 0), ram_gb = coalesce(a.ram, 0),
         queued_at = case when a.status = 20 and j.status <> 20 then clock_timestamp() else j.queued_at end,
         tries = case when a.status = 30 and j.status <> 30 then j.tries + 1
                      when a.status in (20, 25) and j.status >= 40 then 0 else j.tries end,
         not_before = case when a.status <> j.status and a.status <> 20 then null else j.not_before end,
         cancel_requested_at = case when a.status <> j.status then null else j.cancel_requested_at end,
         cancel_requested_by = case when a.status <> j.status then null else j.cancel_requested_by end,
         attention = case when a.status <> j.status then null else j.attention end,
         attention_at = case when a.status <> j.status then null else j.attention_at end,
         idempotency_key = case when a.status >= 40 then null else j.idempotency_key end
    from added a
   where j.task_id = a.id
     and (j.status, j.priority, j.level, j.executable, j.graph, j.session_id, j.repository_id, j.cpu, j.gpu, j.ram_gb)
         is distinct from (a.status, coalesce(a.priority, 0), coalesce(a.level, 0), coalesce(a.executable, ''), a.graph, a.session_id,
                           a.data_repository_id, coalesce(a.cpu, 1), coalesce(a.gpu, 0), coalesce(a.ram, 0));
  if cardinality(moved) = 0 then
    return null;
  end if;
  -- Ended by whoever wrote the task, without a word to the queue.
  for gone in
    select last.id, a.status, a.version, a.time_elapsed_secs
      from added a cross join lateral (select o.id, o.ended_at from alyx.job_attempt o
                                        where o.task_id = a.id order by o.number desc limit 1) last
     where a.status <> 30 and a.id = any(moved) and last.ended_at is null
  loop
    update alyx.job_attempt t
       set ended_at = clock_timestamp(), version = coalesce(t.version, gone.version),
           elapsed_seconds = coalesce(t.elapsed_seconds, gone.time_elapsed_secs),
           outcome = case when gone.status >= 50 then 'succeeded' when gone.status = 45 then 'cancelled' when gone.status = 40 then 'failed' else 'released' end,
           detail = coalesce(t.detail, case gone.status when 40 then 'Errored' when 45 then 'Abandoned' when 50 then 'Empty' when 55 then 'Incomplete' when 60 then 'Complete' end)
     where t.id = gone.id;
  end loop;
  insert into alyx.job_attempt (task_id, number, executor, claimed_by, owner, started_at, lease_seconds, lease_until)
  select one.id, one.number, 'poller', alyx.who(), one.owner, clock_timestamp(), one.lease, clock_timestamp() + make_interval(secs => one.lease)
    from (select a.id, j.owner, coalesce(nullif(a.time_out_secs, 0), 518400) as lease, 1 + coalesce(last.number, 0) as number
            from added a join alyx.job j on j.task_id = a.id
            left join lateral (select o.number, o.ended_at from alyx.job_attempt o
                                where o.task_id = a.id order by o.number desc limit 1) last on true
           where a.status = 30 and a.id = any(moved) and (last.number is null or last.ended_at is not null)) one;
  perform alyx.recount_parents(array(
    select from_task_id from public.jobs_task_parents where to_task_id = any(restaged)
    union
    select id from added where status = 25 and id = any(moved)));
  if exists (select from added where status = 20 and id = any(moved)) then
    perform pg_notify('alyx_jobs', 'ready');
  end if;
  return null;
end
$$;

-- down

create or replace function alyx.follow_changed_tasks() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
  set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off as $$
declare
  -- The copies of the queue are still as the tasks were before.
  moved constant uuid[] := array(select a.id from added a join alyx.job j on j.task_id = a.id where a.status <> j.status);
  restaged constant uuid[] := array(
    select a.id from added a join alyx.job j on j.task_id = a.id where alyx.stage_of(a.status) <> alyx.stage_of(j.status));
begin
  update alyx.job j
     set status = a.status, priority = coalesce(a.priority, 0), level = coalesce(a.level, 0),
         executable = coalesce(a.executable, ''), graph = a.graph, session_id = a.session_id,
         repository_id = a.data_repository_id, cpu = coalesce(a.cpu, 1), gpu = coalesce(a.gpu, 0), ram_gb = coalesce(a.ram, 0),
         queued_at = case when a.status = 20 and j.status <> 20 then clock_timestamp() else j.queued_at end,
         tries = case when a.status = 30 and j.status <> 30 then j.tries + 1
                      when a.status in (20, 25) and j.status >= 40 then 0 else j.tries end,
         not_before = case when a.status <> j.status and a.status <> 20 then null else j.not_before end,
         cancel_requested_at = case when a.status <> j.status then null else j.cancel_requested_at end,
         cancel_requested_by = case when a.status <> j.status then null else j.cancel_requested_by end,
         attention = case when a.status <> j.status then null else j.attention end,
         attention_at = case when a.status <> j.status then null else j.attention_at end,
         idempotency_key = case when a.status >= 40 then null else j.idempotency_key end
    from added a
   where j.task_id = a.id
     and (j.status, j.priority, j.level, j.executable, j.graph, j.session_id, j.repository_id, j.cpu, j.gpu, j.ram_gb)
         is distinct from (a.status, coalesce(a.priority, 0), coalesce(a.level, 0), coalesce(a.executable, ''), a.graph, a.session_id,
                           a.data_repository_id, coalesce(a.cpu, 1), coalesce(a.gpu, 0), coalesce(a.ram, 0));
  if cardinality(moved) = 0 then
    return null;
  end if;
  -- Ended by whoever wrote the task, without a word to the queue.
  update alyx.job_attempt t
     set ended_at = clock_timestamp(), version = coalesce(t.version, a.version),
         elapsed_seconds = coalesce(t.elapsed_seconds, a.time_elapsed_secs),
         outcome = case when a.status >= 50 then 'succeeded' when a.status = 45 then 'cancelled' when a.status = 40 then 'failed' else 'released' end,
         detail = coalesce(t.detail, case a.status when 40 then 'Errored' when 45 then 'Abandoned' when 50 then 'Empty' when 55 then 'Incomplete' when 60 then 'Complete' end)
    from added a
   where t.task_id = a.id and t.ended_at is null and a.status <> 30 and a.id = any(moved);
  insert into alyx.job_attempt (task_id, number, executor, claimed_by, owner, started_at, lease_seconds, lease_until)
  select one.id, one.number, 'poller', alyx.who(), one.owner, clock_timestamp(), one.lease, clock_timestamp() + make_interval(secs => one.lease)
    from (select a.id, j.owner, coalesce(nullif(a.time_out_secs, 0), 518400) as lease,
                 1 + coalesce((select max(t.number) from alyx.job_attempt t where t.task_id = a.id), 0) as number
            from added a join alyx.job j on j.task_id = a.id
           where a.status = 30 and a.id = any(moved)
             and not exists (select from alyx.job_attempt t where t.task_id = a.id and t.ended_at is null)) one;
  perform alyx.recount_parents(array(
    select from_task_id from public.jobs_task_parents where to_task_id = any(restaged)
    union
    select id from added where status = 25 and id = any(moved)));
  if exists (select from added where status = 20 and id = any(moved)) then
    perform pg_notify('alyx_jobs', 'ready');
  end if;
  return null;
end
$$;

create or replace function alyx.stage_of(status integer) returns integer
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case when status in (55, 60) then 3 when status = 50 then 2 when status >= 40 then 1 else 0 end
$$;

create or replace function alyx.parent_is_done(status integer, needs text) returns boolean
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case needs when 'end' then status >= 40 when 'data' then status in (50, 55, 60) else status in (55, 60) end
$$;

drop index alyx.job_ready_any;

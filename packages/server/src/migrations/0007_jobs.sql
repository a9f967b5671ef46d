-- 0007: the queue of tasks. jobs_task stays the public record that pollers and Django read and write; what a queue has to
-- know besides lies in schema alyx and is kept by triggers, so that it is right whichever door a task was changed through.
--
-- alyx.job has one row for each task: whether it waits, how many of its parents are not done yet, what it needs, who asked
-- for it. A parent that ends counts again, in the same transaction, for its children, and those that were held for it wait
-- from then on. Each run of a task is an attempt, with a lease that a worker renews. Tasks that are Started when this is
-- applied get no attempt: nobody knows whether they run, and nothing is done about them.
--
-- Backwards compatible: Django, and servers before this one, go on as before. Locks jobs_task while its rows are copied,
-- about a second for 100,000.

create table alyx.worker (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  kind text not null check (kind in ('worker', 'celery', 'poller')),
  host text not null default '',
  user_id uuid,
  versions jsonb not null default '{}',
  labs text[] not null default '{}',
  repositories text[] not null default '{}',
  executables text[] not null default '{}',
  labels text[] not null default '{}',
  cpu integer,
  gpu integer,
  ram_gb integer,
  slots integer not null default 1,
  first_seen timestamp with time zone not null default clock_timestamp(),
  last_seen timestamp with time zone not null default clock_timestamp(),
  drained_at timestamp with time zone,
  drained_by uuid,
  info jsonb not null default '{}',
  unique nulls not distinct (kind, user_id, name)
);
comment on table alyx.worker is 'Machines that run tasks, as they described themselves or were found';
comment on column alyx.worker.cpu is 'Cores that tasks may use; null: as many as they like';

create table alyx.job (
  task_id uuid primary key,
  -- Copies of the task.
  status integer not null,
  priority integer not null,
  level integer not null,
  executable text not null,
  graph text,
  session_id uuid,
  repository_id uuid,
  cpu integer not null,
  gpu integer not null,
  ram_gb integer not null,
  -- What only the queue knows.
  unmet integer not null default 0,
  owner uuid not null default '00000000-0000-0000-0000-000000000000',
  labels text[] not null default '{}',
  queued_at timestamp with time zone not null default clock_timestamp(),
  not_before timestamp with time zone,
  tries smallint not null default 0,
  max_attempts smallint,
  backoff_seconds integer,
  timeout_seconds integer,
  cancel_requested_at timestamp with time zone,
  cancel_requested_by uuid,
  idempotency_key text unique,
  attention text,
  attention_at timestamp with time zone
);
-- The ready ones of each program and owner, most urgent first.
create index job_ready on alyx.job (executable, owner, priority desc, level, queued_at, task_id) where status = 20 and unmet = 0;
create index job_session on alyx.job (session_id);
create index job_attention on alyx.job (attention_at) where attention_at is not null;
create index job_unfinished on alyx.job (status) where status in (20, 25, 30);
comment on table alyx.job is 'What the queue knows of each task in jobs_task; kept by triggers';
comment on column alyx.job.unmet is 'Parents that must end first; a task is ready when it waits and there are none';
comment on column alyx.job.tries is 'Attempts since somebody last put it into the queue';
comment on column alyx.job.attention is 'Why somebody should look at it: it failed for good';

create table alyx.job_edge (
  task_id uuid not null references alyx.job on delete cascade,
  parent_id uuid not null references alyx.job on delete cascade,
  needs text not null check (needs in ('success', 'data', 'end')),
  primary key (task_id, parent_id)
);
comment on table alyx.job_edge is 'Parents that need not be Complete or Incomplete: data allows Empty, end anything that has ended';

create table alyx.job_attempt (
  id uuid primary key default gen_random_uuid(),
  task_id uuid not null references alyx.job on delete cascade,
  number integer not null,
  executor text not null check (executor in ('worker', 'celery', 'poller')),
  worker_id uuid references alyx.worker on delete set null,
  claimed_by uuid,
  owner uuid not null,
  claimed_at timestamp with time zone not null default clock_timestamp(),
  started_at timestamp with time zone,
  lease_seconds integer not null,
  lease_until timestamp with time zone not null,
  heartbeat_at timestamp with time zone,
  ended_at timestamp with time zone,
  outcome text check (outcome in ('succeeded', 'failed', 'cancelled', 'lost', 'released')),
  detail text,
  error_type text,
  error_message text,
  transient boolean,
  retry_at timestamp with time zone,
  progress real,
  message text,
  step text,
  version text,
  elapsed_seconds double precision,
  log_bytes bigint not null default 0,
  late_outcome text,
  -- Celery only: an attempt without published_at is in the outbox.
  queue text,
  published_at timestamp with time zone,
  received_at timestamp with time zone,
  unique (task_id, number),
  check ((ended_at is null) = (outcome is null))
) with (fillfactor = 80);
create unique index job_attempt_open on alyx.job_attempt (task_id) where ended_at is null;
create index job_attempt_worker on alyx.job_attempt (worker_id) where ended_at is null;
create index job_attempt_owner on alyx.job_attempt (owner) where ended_at is null;
create index job_attempt_outbox on alyx.job_attempt (claimed_at) where executor = 'celery' and ended_at is null and published_at is null;
create index job_attempt_ended on alyx.job_attempt (ended_at) where ended_at is not null;
comment on table alyx.job_attempt is 'Runs of tasks; its key is also the identifier of the message to Celery';
comment on column alyx.job_attempt.late_outcome is 'What its worker reported after the attempt had been given up: changes nothing';

create table alyx.job_log (
  attempt_id uuid not null references alyx.job_attempt on delete cascade,
  "offset" bigint not null,
  text text not null,
  primary key (attempt_id, "offset")
);
comment on column alyx.job_log."offset" is 'Bytes of UTF-8 before this piece; a gap was cut out of a log that grew too long';

create table alyx.job_pause (
  id uuid primary key default gen_random_uuid(),
  scope text not null check (scope in ('all', 'graph', 'executable', 'lab', 'repository')),
  value text,
  reason text,
  at timestamp with time zone not null default clock_timestamp(),
  by uuid,
  until timestamp with time zone,
  check ((scope = 'all') = (value is null))
);
comment on table alyx.job_pause is 'Tasks that are not to be begun for a while';

create table alyx.pipeline_step (
  app text not null,
  name text not null,
  pipeline text not null,
  pipe text not null,
  step text not null,
  level integer not null default 0,
  signature jsonb not null default '{}',
  docstring text,
  requires text[] not null default '{}',
  workers text[] not null default '{}',
  seen_at timestamp with time zone not null default clock_timestamp(),
  primary key (app, name)
);
comment on table alyx.pipeline_step is 'What workers of Celery said they can run';

create table alyx.broker_state (
  only_row boolean primary key default true check (only_row),
  state text not null check (state in ('off', 'connecting', 'up', 'down')),
  since timestamp with time zone not null default clock_timestamp(),
  reason text,
  broker_version text,
  queues jsonb not null default '{}',
  changed timestamp with time zone not null default clock_timestamp()
);
comment on table alyx.broker_state is 'The connection to the broker, as last seen by the server that holds it';

-- Whether a parent with this status lets its child begin.
create function alyx.parent_is_done(status integer, needs text) returns boolean
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case needs when 'end' then status >= 40 when 'data' then status in (50, 55, 60) else status in (55, 60) end
$$;

-- Statuses of parents that are the same to every child.
create function alyx.stage_of(status integer) returns integer
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case when status in (55, 60) then 3 when status = 50 then 2 when status >= 40 then 1 else 0 end
$$;

-- These functions see one row mostly and many at times, and keep the plan of their first call: whatever that was, rows are
-- found by their keys.

-- Counts the parents that tasks wait for, and lets those go that were held and have no more of them. The tasks are locked
-- first and their parents counted in a statement of its own: two parents that end at once wait here for each other, and
-- the second sees what the first has done.
create function alyx.recount_parents(tasks uuid[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
  set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off as $$
begin
  if cardinality(tasks) = 0 then
    return;
  end if;
  perform id from public.jobs_task where id = any(tasks) order by id for no key update;
  update alyx.job j set unmet = counted.unmet
    from (select t.id, (select count(*) from public.jobs_task_parents l
                          join public.jobs_task p on p.id = l.to_task_id
                          left join alyx.job_edge e on e.task_id = l.from_task_id and e.parent_id = l.to_task_id
                         where l.from_task_id = t.id and not alyx.parent_is_done(p.status, coalesce(e.needs, 'success'))) as unmet
            from unnest(tasks) as t(id)) counted
   where j.task_id = counted.id and j.unmet <> counted.unmet;
  update public.jobs_task t set status = 20, datetime = clock_timestamp()
    from alyx.job j
   where t.id = any(tasks) and t.status = 25 and j.task_id = t.id and j.unmet = 0
     and exists (select from public.jobs_task_parents l where l.from_task_id = t.id);
  if exists (select from alyx.job where task_id = any(tasks) and status = 20 and unmet = 0) then
    perform pg_notify('alyx_jobs', 'ready');
  end if;
end
$$;

create function alyx.who() returns uuid
language sql stable set search_path = pg_catalog, pg_temp as $$
  select (nullif(current_setting('alyx.context', true), '')::jsonb ->> 'user')::uuid
$$;

create function alyx.follow_new_tasks() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into alyx.job (task_id, status, priority, level, executable, graph, session_id, repository_id, cpu, gpu, ram_gb)
  select id, status, coalesce(priority, 0), coalesce(level, 0), coalesce(executable, ''), graph, session_id,
         data_repository_id, coalesce(cpu, 1), coalesce(gpu, 0), coalesce(ram, 0)
    from added;
  if exists (select from added where status = 30) then
    insert into alyx.job_attempt (task_id, number, executor, claimed_by, owner, started_at, lease_seconds, lease_until)
    select id, 1, 'poller', alyx.who(), '00000000-0000-0000-0000-000000000000', clock_timestamp(), lease, clock_timestamp() + make_interval(secs => lease)
      from (select id, coalesce(nullif(time_out_secs, 0), 518400) as lease from added where status = 30) one;
  end if;
  if exists (select from added where status = 20) then
    perform pg_notify('alyx_jobs', 'ready');
  end if;
  return null;
end
$$;

create function alyx.follow_changed_tasks() returns trigger
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

create function alyx.follow_removed_tasks() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
  set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off as $$
begin
  if tg_op = 'TRUNCATE' then
    delete from alyx.job;
  else
    delete from alyx.job where task_id in (select id from removed);
  end if;
  return null;
end
$$;

create function alyx.follow_parents() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
  set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off as $$
begin
  if tg_op = 'DELETE' then
    perform alyx.recount_parents(array(select distinct from_task_id from removed));
  else
    -- A parent that is just ending is waited for: it would not find the child yet.
    perform id from public.jobs_task where id in (select to_task_id from added) order by id for share;
    perform alyx.recount_parents(array(select distinct from_task_id from added));
  end if;
  return null;
end
$$;

insert into alyx.job (task_id, status, priority, level, executable, graph, session_id, repository_id, cpu, gpu, ram_gb, queued_at)
select id, status, coalesce(priority, 0), coalesce(level, 0), coalesce(executable, ''), graph, session_id, data_repository_id,
       coalesce(cpu, 1), coalesce(gpu, 0), coalesce(ram, 0), datetime
  from jobs_task;
update alyx.job j set unmet = counted.unmet
  from (select l.from_task_id, count(*) as unmet
          from jobs_task_parents l join jobs_task p on p.id = l.to_task_id
         where not alyx.parent_is_done(p.status, 'success')
         group by l.from_task_id) counted
 where counted.from_task_id = j.task_id;

create trigger alyx_follow_insert after insert on jobs_task referencing new table as added for each statement execute function alyx.follow_new_tasks();
create trigger alyx_follow_update after update on jobs_task referencing new table as added for each statement execute function alyx.follow_changed_tasks();
create trigger alyx_follow_delete after delete on jobs_task referencing old table as removed for each statement execute function alyx.follow_removed_tasks();
create trigger alyx_follow_truncate after truncate on jobs_task for each statement execute function alyx.follow_removed_tasks();
create trigger alyx_follow_insert after insert on jobs_task_parents referencing new table as added for each statement execute function alyx.follow_parents();
create trigger alyx_follow_update after update on jobs_task_parents referencing new table as added for each statement execute function alyx.follow_parents();
create trigger alyx_follow_delete after delete on jobs_task_parents referencing old table as removed for each statement execute function alyx.follow_parents();

-- down

drop trigger alyx_follow_insert on jobs_task;
drop trigger alyx_follow_update on jobs_task;
drop trigger alyx_follow_delete on jobs_task;
drop trigger alyx_follow_truncate on jobs_task;
drop trigger alyx_follow_insert on jobs_task_parents;
drop trigger alyx_follow_update on jobs_task_parents;
drop trigger alyx_follow_delete on jobs_task_parents;
drop function alyx.follow_new_tasks();
drop function alyx.follow_changed_tasks();
drop function alyx.follow_removed_tasks();
drop function alyx.follow_parents();
drop function alyx.recount_parents(uuid[]);
drop function alyx.parent_is_done(integer, text);
drop function alyx.stage_of(integer);
drop function alyx.who();
drop table alyx.broker_state, alyx.pipeline_step, alyx.job_pause, alyx.job_log, alyx.job_attempt, alyx.job_edge, alyx.job, alyx.worker;

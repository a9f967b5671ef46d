-- 0013: tasks that fail for good by whichever door, and programs that hear of it.
--
-- A failure that a polling program, Django or psql writes asks for attention as one that a worker reports. A rule may
-- name an address, which is called for each failure that fits: the calls are written in the transaction of the failure
-- and made once it is committed, again and again until somebody takes them.
--
-- Backwards compatible, locks nothing for long.

alter table alyx.failure_rule add column url text, add column secret text,
  add constraint failure_rule_signed check ((url is null) = (secret is null));
comment on column alyx.failure_rule.url is 'Called for each failure that fits, signed with the secret';

create table alyx.failure_call (
  id uuid primary key default gen_random_uuid(),
  rule_id uuid not null references alyx.failure_rule on delete cascade,
  task_id uuid not null references alyx.job on delete cascade,
  failed_at timestamp with time zone not null default clock_timestamp(),
  tries integer not null default 0,
  next_at timestamp with time zone not null default clock_timestamp(),
  ended_at timestamp with time zone,
  taken boolean,
  last_error text,
  check ((ended_at is null) = (taken is null))
);
create index failure_call_due on alyx.failure_call (next_at) where ended_at is null;
create index failure_call_rule on alyx.failure_call (rule_id, failed_at);
create index failure_call_task on alyx.failure_call (task_id);
comment on table alyx.failure_call is 'Calls of web hooks that are to be made, and those of the last weeks';
comment on column alyx.failure_call.taken is 'Whether somebody took it in the end, or it was given up';

create function alyx.ask_for_attention() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  new.attention := 'It failed.';
  new.attention_at := clock_timestamp();
  insert into alyx.failure_call (rule_id, task_id)
  select r.id, new.task_id
    from alyx.failure_rule r join public.jobs_task t on t.id = new.task_id
   where r.url is not null and (r.graph is null or r.graph = t.graph) and (r.step is null or starts_with(t.name, r.step))
     and (r.lab is null or exists (select from public.actions_session s join public.misc_lab l on l.id = s.lab_id
                                    where s.id = t.session_id and l.name = r.lab))
     and (r.project is null or exists (select from public.actions_session_projects p join public.subjects_project q on q.id = p.project_id
                                        where p.session_id = t.session_id and q.name = r.project));
  return new;
end
$$;
create trigger alyx_failed before update of status on alyx.job
  for each row when (new.status = 40 and old.status <> 40) execute function alyx.ask_for_attention();

-- down

drop trigger alyx_failed on alyx.job;
drop function alyx.ask_for_attention();
drop table alyx.failure_call;
alter table alyx.failure_rule drop constraint failure_rule_signed, drop column url, drop column secret;

-- 0011: what Alyx does by itself at certain times, and what came of it.
--
-- Tables of our own; Alyx's stay as they are. Backwards compatible, locks nothing.

create table alyx.schedule (
  name text primary key,
  about text not null,
  -- Words of a command line of "alyx", without its name.
  command text[] not null,
  cron text not null,
  -- A name of the tz database; null: the zone of the server.
  zone text,
  enabled boolean not null,
  -- While the run before is not over: leave this one out, or let it begin afterwards.
  overlap text not null check (overlap in ('skip', 'wait')),
  -- What became due while no server ran: done once when one runs again, or left out.
  catch_up text not null check (catch_up in ('once', 'skip')),
  timeout_seconds integer not null check (timeout_seconds > 0),
  next_at timestamp with time zone,
  -- Who wants a run now, whatever the time.
  wanted_by text,
  -- Whether its last run went wrong, and people have been told.
  failing boolean not null default false
);
comment on table alyx.schedule is 'What Alyx does by itself, and when';

create table alyx.schedule_run (
  id bigint generated always as identity primary key,
  schedule text not null references alyx.schedule on update cascade on delete cascade,
  due_at timestamp with time zone not null,
  wanted_by text,
  started_at timestamp with time zone not null,
  -- Renewed by the server that runs it; a run whose time has passed is lost.
  alive_until timestamp with time zone not null,
  ended_at timestamp with time zone,
  outcome text check (outcome in ('succeeded', 'failed', 'timed out', 'stopped', 'lost', 'skipped')),
  exit_code integer,
  -- The end of what it printed.
  output text not null default ''
);
-- Two servers cannot run the same one.
create unique index schedule_run_running on alyx.schedule_run (schedule) where ended_at is null;
create index schedule_run_of on alyx.schedule_run (schedule, id desc);
comment on table alyx.schedule_run is 'Runs of schedules, and what came of them';

-- down

drop table alyx.schedule_run;
drop table alyx.schedule;

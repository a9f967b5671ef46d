-- 0009: who is told when tasks fail for good, and what they have been told.
--
-- Backwards compatible, locks nothing.

create table alyx.failure_rule (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null,
  lab text,
  project text,
  graph text,
  step text,
  at timestamp with time zone not null default clock_timestamp()
);
create index failure_rule_user on alyx.failure_rule (user_id);
comment on table alyx.failure_rule is 'Of which failed tasks a person wants to hear; what is null does not restrict';

create table alyx.failure_notice (
  user_id uuid not null,
  task_id uuid not null references alyx.job on delete cascade,
  attention_at timestamp with time zone not null,
  told_at timestamp with time zone not null default clock_timestamp(),
  recovered_at timestamp with time zone,
  primary key (user_id, task_id)
);
create index failure_notice_task on alyx.failure_notice (task_id);
create index failure_notice_told on alyx.failure_notice (user_id, told_at);
comment on table alyx.failure_notice is 'Failures that a person has been told of, and whether also that they were overcome';

-- down

drop table alyx.failure_notice, alyx.failure_rule;

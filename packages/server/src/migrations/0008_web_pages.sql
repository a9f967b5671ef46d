-- 0008: what people keep in the web application: views of lists, which pages they use, which messages they have read;
-- and who sends parameters that the contract does not know.
--
-- Tables of our own; Alyx's stay as they are. Backwards compatible, locks nothing.

create table alyx.saved_view (
  id uuid primary key default gen_random_uuid(),
  owner_id uuid not null,
  -- Key of the model, as in subjects.subject.
  model text not null,
  name text not null,
  shared boolean not null default false,
  -- As the web application wrote them; the server looks at their size only.
  columns jsonb not null default '[]',
  filters jsonb not null default '{}',
  sort jsonb not null default '[]',
  layout jsonb not null default '{}',
  made_at timestamp with time zone not null default now(),
  changed_at timestamp with time zone not null default now(),
  unique (owner_id, model, name)
);
create index saved_view_shared on alyx.saved_view (model) where shared;
comment on table alyx.saved_view is 'Views of lists that people named: columns, filters, order';

create table alyx.page_use (
  user_id uuid not null,
  -- Path of a page of the web application, without its question.
  page text not null,
  -- One for each visit, half of it after thirty days.
  score double precision not null,
  last_at timestamp with time zone not null,
  primary key (user_id, page)
);
comment on table alyx.page_use is 'How much people use pages of the web application lately, for their menu';

create table alyx.notification_read (
  user_id uuid not null,
  notification_id uuid not null,
  at timestamp with time zone not null default now(),
  primary key (user_id, notification_id)
);
comment on table alyx.notification_read is 'Which messages people have read';

create table alyx.unknown_parameter (
  -- Address as the contract declares it: /sessions.
  path text not null,
  parameter text not null,
  -- Parameter that was probably meant; empty when none is near.
  nearest text not null,
  user_id uuid not null,
  requests bigint not null,
  first_at timestamp with time zone not null,
  last_at timestamp with time zone not null,
  primary key (path, parameter, user_id)
);
comment on table alyx.unknown_parameter is 'Parameters that nobody read, and who sends them';

-- down

drop table alyx.unknown_parameter;
drop table alyx.notification_read;
drop table alyx.page_use;
drop table alyx.saved_view;

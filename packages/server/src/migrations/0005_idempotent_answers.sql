-- 0005: answers to requests with an Idempotency-Key, so that a request sent twice is done once and answered alike.
--
-- Written in the transaction of the request itself: whoever comes with the same key meanwhile waits for its end. Kept for
-- some days. Backwards compatible, locks nothing.

create table alyx.idempotent_answer (
  user_id uuid not null,
  key text not null,
  -- SHA-256 of method, path and body: one key stands for one request.
  fingerprint bytea not null,
  -- Null only inside the transaction that works on the request.
  status smallint,
  headers jsonb,
  body text,
  at timestamp with time zone not null default clock_timestamp(),
  primary key (user_id, key)
);
create index idempotent_answer_at on alyx.idempotent_answer (at);
comment on table alyx.idempotent_answer is 'First answers to requests that carried an Idempotency-Key';

-- down

drop table alyx.idempotent_answer;

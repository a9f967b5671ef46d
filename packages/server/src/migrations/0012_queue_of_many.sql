-- 0012: a queue in which a hundred thousand tasks wait.
--
-- Tasks that wait for a time are found without looking at all the others. Tables from which many rows come and go are
-- swept early: what tasks leave behind when they are begun lies at the very place where the next ones are looked for.
--
-- Backwards compatible. Locks alyx.job while it is read once, a tenth of a second for 100,000 tasks.

create index job_delayed on alyx.job (not_before) where status = 20 and unmet = 0 and not_before is not null;
alter table alyx.job set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05);
alter table alyx.job_attempt set (autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);

-- down

drop index alyx.job_delayed;
alter table alyx.job reset (autovacuum_vacuum_scale_factor, autovacuum_analyze_scale_factor);
alter table alyx.job_attempt reset (autovacuum_vacuum_scale_factor, autovacuum_analyze_scale_factor);

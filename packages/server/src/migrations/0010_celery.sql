-- 0010: a word that is handed to steps of pipelines beside their arguments, as a part of the names of their results.
-- Backwards compatible: servers before this one go on as before. Locks alyx.job for the length of a catalogue change.

alter table alyx.job add column extra text;
comment on column alyx.job.extra is 'Celery only: qualifies the result of a step, as in the name of its file';

-- down

alter table alyx.job drop column extra;

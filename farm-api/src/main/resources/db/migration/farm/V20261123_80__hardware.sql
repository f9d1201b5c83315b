-- The class of hardware that a task may be leased to. Audits and assembly are for trusted workers, of any class.
ALTER TABLE task ADD COLUMN hardware text NOT NULL DEFAULT 'ANY' CHECK (hardware IN ('ANY', 'CPU', 'GPU'));

-- A worker takes the first of two lanes of a kind: that of its class, and that of tasks for any. So what waits for
-- another class is never read.
DROP INDEX task_queued;
CREATE INDEX task_queued ON task (engine, type, hardware, start_tag) WHERE state = 'QUEUED';

-- Until when the worker counts as connected: its replica puts it off while it is, and ends it with the link.
ALTER TABLE worker ADD COLUMN present_until timestamptz NOT NULL DEFAULT '-infinity';

-- Who had the task and did not bring it back, and when that was last known.
ALTER TABLE task ADD COLUMN failed_by text[] NOT NULL DEFAULT '{}', ADD COLUMN failed_at timestamptz;

-- Whether a worker may have a task that others, or itself, did not bring back: not while a worker is connected that
-- stands better. Best stand those whose account's workers all had no part in it, then those that had
-- none themselves. So each failure costs another account a try, and not the job, as long as there is another.
CREATE FUNCTION may_try_again(candidate text, failed_by text[], of_engine text, for_trusted boolean,
    at_time timestamptz) RETURNS boolean LANGUAGE sql STABLE AS $$
    WITH accounts AS (
        SELECT account FROM worker WHERE id = ANY(failed_by)
    ), able AS (
        SELECT id, CASE WHEN id = ANY(failed_by) THEN 2 WHEN account IN (SELECT account FROM accounts) THEN 1 ELSE 0 END
            AS standing
        FROM worker
        WHERE id = candidate
            OR (present_until > at_time AND at_fault_at IS NULL AND of_engine = ANY(engines) AND trusted = for_trusted)
    )
    SELECT NOT EXISTS (
        SELECT FROM able other, able own WHERE own.id = candidate AND other.standing < own.standing)
$$;

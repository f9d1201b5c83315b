-- The pay of tasks that their workers may still lose, and what became of it. The money is in the ledger's holdback
-- accounts; these rows say whose turn it is.
CREATE TABLE held_pay (
    number   bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job      uuid        NOT NULL,
    task     int         NOT NULL,
    worker   text        NOT NULL,
    account  uuid        NOT NULL,
    amount   bigint      NOT NULL CHECK (amount > 0),
    held_at  timestamptz NOT NULL,
    state    text        NOT NULL DEFAULT 'HELD' CHECK (state IN ('HELD', 'EARNED', 'FORFEITED')),
    ended_at timestamptz,
    reason   text,
    UNIQUE (job, task),
    CHECK ((state = 'HELD') = (ended_at IS NULL)),
    CHECK ((state = 'FORFEITED') = (reason IS NOT NULL))
);

CREATE INDEX held_pay_open ON held_pay (worker, number) WHERE state = 'HELD';
CREATE INDEX held_pay_forfeited ON held_pay (worker, ended_at) WHERE state = 'FORFEITED';

-- The worker's share of what some work costs. What a worker only claimed may be any number.
CREATE FUNCTION worker_share(work_units bigint, per_million bigint, fee_basis_points int) RETURNS bigint
    LANGUAGE sql IMMUTABLE
RETURN (
    SELECT least(gross - floor(gross * fee_basis_points / 10000), 9223372036854775807)::bigint
    FROM (SELECT floor(work_units::numeric * per_million / 1000000) AS gross) AS price
);

-- Work that was done and is not paid, each with its reason; amounts are the worker's share.
CREATE VIEW unpaid_work AS
WITH share AS (
    SELECT t.job, t.index, t.worker, t.work_units, t.state, j.finished_at, j.ending,
           worker_share(t.work_units, j.per_million, j.fee_basis_points) AS amount
    FROM task t JOIN job j ON j.id = t.job
    WHERE t.state = 'CANCELED' AND t.work_units IS NOT NULL AND t.worker IS NOT NULL AND NOT t.trusted
)
SELECT h.ended_at AS at, h.worker, h.job, h.task, NULL::uuid AS call, h.amount, 'FORFEITED' AS kind, h.reason
FROM held_pay h
WHERE h.state = 'FORFEITED'
UNION ALL
SELECT f.found_at, f.worker, f.job, f.task, NULL::uuid,
       worker_share(f.work_units, j.per_million, j.fee_basis_points),
       'REJECTED', f.reason || ': ' || f.detail
FROM fault f JOIN job j ON j.id = f.job
UNION ALL
SELECT s.finished_at, s.worker, s.job, s.index, NULL::uuid, s.amount, 'CANCELED',
       'the job ended as ' || s.ending || ' before the result was checked'
FROM share s WHERE s.finished_at IS NOT NULL
UNION ALL
SELECT c.found_at, c.worker, NULL::uuid, NULL::int, c.call, NULL::bigint, 'REJECTED',
       'row ' || c.row || ' of the answer is not what a trusted worker computed'
FROM call_fault c;

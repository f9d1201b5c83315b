-- What proves that a worker answered an online call wrongly. Rows are never changed.
CREATE TABLE call_fault (
    call       uuid PRIMARY KEY,
    worker     text        NOT NULL CHECK (worker ~ '^[0-9a-f]{64}$'),
    found_at   timestamptz NOT NULL,
    model      text        NOT NULL,
    -- The row of the answer that differs; -1: the whole of it.
    row        int         NOT NULL,
    -- Messages of the worker's link: the call that was recomputed, the signed answer, the trusted worker's.
    asked      bytea       NOT NULL,
    answered   bytea       NOT NULL,
    recomputed bytea       NOT NULL
);

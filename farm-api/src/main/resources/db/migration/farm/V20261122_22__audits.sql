-- The secret from which an epoch's challenges are drawn. Its digest is public from the start, itself after the end.
CREATE TABLE epoch (
    number        bigint PRIMARY KEY,
    secret        bytea       NOT NULL CHECK (octet_length(secret) = 32),
    secret_digest text        NOT NULL,
    starts_at     timestamptz NOT NULL,
    ends_at       timestamptz NOT NULL CHECK (ends_at > starts_at)
);

-- The challenge of one reported result. The block of the worker and its proof are kept for the receipt.
CREATE TABLE audit (
    job              uuid   NOT NULL,
    task             int    NOT NULL,
    fence            bigint NOT NULL,
    epoch            bigint NOT NULL REFERENCES epoch,
    block            int    NOT NULL,
    blocks           int    NOT NULL,
    block_digest     text   NOT NULL,
    block_work_units bigint NOT NULL,
    proof            text[] NOT NULL,
    audit_task       int    NOT NULL,
    auditor          text,
    outcome          text   NOT NULL DEFAULT 'OPEN' CHECK (outcome IN ('OPEN', 'PASSED', 'FAILED')),
    PRIMARY KEY (job, task, fence),
    UNIQUE (job, audit_task),
    FOREIGN KEY (job, task) REFERENCES task
);

-- What proves that a worker was at fault. Rows are never changed.
CREATE TABLE fault (
    id         uuid PRIMARY KEY,
    worker     text        NOT NULL REFERENCES worker,
    job        uuid        NOT NULL,
    task       int         NOT NULL,
    fence      bigint      NOT NULL,
    found_at   timestamptz NOT NULL,
    reason     text        NOT NULL,
    detail     text        NOT NULL,
    result     text        NOT NULL,
    root       text        NOT NULL,
    work_units bigint      NOT NULL,
    signature  bytea       NOT NULL,
    audit_task int,
    recomputed text,
    UNIQUE (job, task, fence)
);

-- Digests are text in hexadecimal, as everywhere outside the program; amounts are integers of the smallest unit.

-- A job: what a customer submits. The inspection of a scene is a job too, of kind INSPECT; its id is the scene's.
CREATE TABLE job (
    id                uuid PRIMARY KEY,
    account           uuid        NOT NULL REFERENCES account,
    kind              text        NOT NULL CHECK (kind IN ('RENDER', 'EMBED', 'INSPECT')),
    state             text        NOT NULL DEFAULT 'RUNNING'
        CHECK (state IN ('RUNNING', 'ASSEMBLING', 'COMPLETED', 'FAILED', 'CANCELED')),
    request           text        NOT NULL,
    plan              text        NOT NULL,
    order_json        text        NOT NULL,
    per_million       bigint      NOT NULL CHECK (per_million >= 0),
    fee_basis_points  int         NOT NULL CHECK (fee_basis_points BETWEEN 0 AND 10000),
    held              bigint      NOT NULL CHECK (held >= 0),
    paid              bigint      NOT NULL DEFAULT 0,
    fees              bigint      NOT NULL DEFAULT 0,
    refunded          bigint      NOT NULL DEFAULT 0,
    funded            boolean     NOT NULL DEFAULT false,
    split             boolean     NOT NULL DEFAULT false,
    task_count        int         NOT NULL DEFAULT 0,
    -- The state that the job will end in, once everything that it owes is paid and the rest is refunded.
    ending            text CHECK (ending IN ('COMPLETED', 'FAILED', 'CANCELED')),
    error_code        text,
    error_detail      text,
    idempotency_key   text,
    request_hash      text        NOT NULL,
    created_at        timestamptz NOT NULL,
    finished_at       timestamptz,
    UNIQUE (account, idempotency_key),
    CHECK ((finished_at IS NULL) = (state IN ('RUNNING', 'ASSEMBLING')))
);

CREATE INDEX job_of_account ON job (account, created_at DESC, id);
CREATE INDEX job_open ON job (id) WHERE finished_at IS NULL;

-- What the tasks of a job may read besides the results of other tasks.
CREATE TABLE job_input (
    job  uuid NOT NULL REFERENCES job,
    blob text NOT NULL,
    PRIMARY KEY (job, blob)
);

CREATE TABLE job_output (
    job        uuid   NOT NULL REFERENCES job,
    name       text   NOT NULL,
    media_type text   NOT NULL,
    digest     text   NOT NULL,
    bytes      bigint NOT NULL,
    PRIMARY KEY (job, name)
);

-- What is assembled on its own: each frame of a render job, or all rows of an embedding job as number 0.
CREATE TABLE job_frame (
    job      uuid NOT NULL REFERENCES job,
    number   int  NOT NULL,
    -- The task that assembles it, once all of its computations are accepted.
    assembly int,
    -- The digest of its exact content, once it is assembled.
    content  text,
    PRIMARY KEY (job, number)
);

CREATE INDEX job_frame_open ON job_frame (job, number) WHERE assembly IS NULL;

-- A task: what is leased. TaskState says which state may become which.
CREATE TABLE task (
    job        uuid             NOT NULL REFERENCES job,
    index      int              NOT NULL CHECK (index >= 0),
    type       text             NOT NULL,
    engine     text             NOT NULL,
    trusted    boolean          NOT NULL,
    spec       text             NOT NULL,
    plan       text,
    frame      int,
    audits     int,
    avoid      text,
    estimate   bigint           NOT NULL CHECK (estimate > 0),
    start_tag  double precision NOT NULL,
    state      text             NOT NULL DEFAULT 'QUEUED'
        CHECK (state IN ('QUEUED', 'LEASED', 'REPORTED', 'ACCEPTED', 'FAILED', 'CANCELED')),
    attempts   int              NOT NULL DEFAULT 0,
    refusals   int              NOT NULL DEFAULT 0,
    fence      bigint           NOT NULL DEFAULT 0,
    worker     text,
    expires_at timestamptz,
    result     text,
    root       text,
    work_units bigint,
    signature  bytea,
    checked    boolean          NOT NULL DEFAULT false,
    paid       boolean          NOT NULL DEFAULT false,
    reason     text,
    PRIMARY KEY (job, index),
    CHECK (state <> 'LEASED' OR (worker IS NOT NULL AND expires_at IS NOT NULL)),
    CHECK (state NOT IN ('REPORTED', 'ACCEPTED') OR (result IS NOT NULL AND root IS NOT NULL AND work_units >= 0))
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);

CREATE INDEX task_queued ON task (engine, type, start_tag) WHERE state = 'QUEUED';
CREATE INDEX task_leased ON task (expires_at) WHERE state = 'LEASED';
CREATE INDEX task_unchecked ON task (job, index) WHERE state = 'REPORTED' AND NOT checked;
CREATE INDEX task_unpaid ON task (job, index) WHERE state = 'ACCEPTED' AND NOT paid AND NOT trusted;
CREATE INDEX task_unfinished ON task (job, frame) WHERE NOT trusted AND state <> 'ACCEPTED';
CREATE INDEX task_failed ON task (job, index) WHERE state = 'FAILED';
CREATE INDEX task_of_worker ON task (worker) WHERE state = 'LEASED';
CREATE INDEX task_accepted ON task (worker) WHERE state = 'ACCEPTED';

-- Start-time fair queueing: where the next task of an account starts, in the virtual time of a pool.
CREATE TABLE fair_share (
    pool    text             NOT NULL,
    account uuid             NOT NULL REFERENCES account,
    weight  double precision NOT NULL DEFAULT 1 CHECK (weight > 0),
    finish  double precision NOT NULL,
    PRIMARY KEY (pool, account)
);

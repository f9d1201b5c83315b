-- OpenAI's files; the content is a blob that the account owns.
CREATE TABLE openai_file (
    id         uuid PRIMARY KEY,
    account    uuid        NOT NULL REFERENCES account,
    purpose    text        NOT NULL,
    filename   text        NOT NULL,
    bytes      bigint      NOT NULL,
    digest     text        NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz
);

CREATE INDEX openai_file_of_account ON openai_file (account, created_at DESC, id DESC);
CREATE INDEX openai_file_expiring ON openai_file (expires_at) WHERE expires_at IS NOT NULL;

-- OpenAI's batches; each is carried out as one job.
CREATE TABLE openai_batch (
    id             uuid PRIMARY KEY,
    account        uuid        NOT NULL REFERENCES account,
    state          text        NOT NULL CHECK (state IN ('validating', 'failed', 'in_progress', 'finalizing',
        'completed', 'expired', 'cancelling', 'cancelled')),
    -- How it ends once its files are written.
    ending         text        NOT NULL DEFAULT 'completed' CHECK (ending IN ('completed', 'expired', 'cancelled')),
    input_file     uuid        NOT NULL,
    input_digest   text        NOT NULL,
    metadata       text,
    output_seconds bigint,
    job            uuid REFERENCES job,
    model          text,
    total          int         NOT NULL DEFAULT 0,
    completed      int         NOT NULL DEFAULT 0,
    failed         int         NOT NULL DEFAULT 0,
    tokens         bigint      NOT NULL DEFAULT 0,
    errors         text,
    output_file    uuid,
    error_file     uuid,
    created_at     timestamptz NOT NULL,
    expires_at     timestamptz NOT NULL,
    in_progress_at timestamptz,
    cancelling_at  timestamptz,
    finalizing_at  timestamptz,
    ended_at       timestamptz
);

CREATE INDEX openai_batch_of_account ON openai_batch (account, created_at DESC, id DESC);
CREATE INDEX openai_batch_open ON openai_batch (created_at) WHERE ended_at IS NULL;

-- Content on its way in: one upload for each account and digest. `received` bytes are on the disk for sure.
CREATE TABLE upload (
    id         uuid PRIMARY KEY,
    account    uuid        NOT NULL REFERENCES account,
    digest     bytea       NOT NULL CHECK (length(digest) = 32),
    bytes      bigint      NOT NULL CHECK (bytes > 0),
    received   bigint      NOT NULL CHECK (received BETWEEN 0 AND bytes),
    complete   boolean     NOT NULL CHECK (NOT complete OR received = bytes),
    touched_at timestamptz NOT NULL,
    UNIQUE (account, digest)
);

CREATE INDEX upload_by_age ON upload (touched_at);

-- Who may use which content: an account owns what it has shown that it has.
CREATE TABLE account_blob (
    account    uuid        NOT NULL REFERENCES account,
    digest     bytea       NOT NULL CHECK (length(digest) = 32),
    bytes      bigint      NOT NULL CHECK (bytes > 0),
    created_at timestamptz NOT NULL,
    PRIMARY KEY (account, digest)
);

CREATE TABLE scene (
    id           uuid PRIMARY KEY,
    account      uuid        NOT NULL REFERENCES account,
    name         text        NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    files        text        NOT NULL, -- JSON of SceneFiles
    state        text        NOT NULL CHECK (state IN ('INSPECTING', 'READY', 'REFUSED')),
    report       text        CHECK ((report IS NOT NULL) = (state = 'READY')), -- JSON of SceneReport
    error_code   text        CHECK ((error_code IS NOT NULL) = (state = 'REFUSED')),
    error_detail text        CHECK ((error_detail IS NOT NULL) = (state = 'REFUSED')),
    created_at   timestamptz NOT NULL
);

CREATE INDEX scene_of_account ON scene (account, created_at DESC, id DESC);
CREATE INDEX scene_to_inspect ON scene (created_at) WHERE state = 'INSPECTING';

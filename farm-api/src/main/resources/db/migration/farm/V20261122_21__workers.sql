-- A worker is its public key; its id is the key's SHA-256.
CREATE TABLE worker (
    id          text PRIMARY KEY CHECK (id ~ '^[0-9a-f]{64}$'),
    account     uuid        NOT NULL REFERENCES account,
    public_key  bytea       NOT NULL,
    name        text        NOT NULL,
    device      text        NOT NULL,
    engines     text[]      NOT NULL,
    trusted     boolean     NOT NULL,
    first_seen  timestamptz NOT NULL,
    last_seen   timestamptz NOT NULL,
    -- Set when a result of the worker was proved wrong; an operator clears it.
    at_fault_at timestamptz
);

CREATE INDEX worker_of_account ON worker (account, first_seen);

-- Accounts, and the keys that act for them. A key is stored as its SHA-256: the key itself is shown once.
CREATE TABLE account (
    id         uuid PRIMARY KEY,
    name       text        NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    created_at timestamptz NOT NULL
);

CREATE TABLE api_key (
    id         uuid PRIMARY KEY,
    account    uuid        NOT NULL REFERENCES account,
    name       text        NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    secret_sha bytea       NOT NULL CHECK (length(secret_sha) = 32),
    roles      text[]      NOT NULL CHECK (cardinality(roles) BETWEEN 1 AND 3),
    created_at timestamptz NOT NULL
);

CREATE INDEX api_key_of_account ON api_key (account);

-- The farm's first account: one row at most, made once and never again.
CREATE TABLE first_account (
    one     boolean PRIMARY KEY DEFAULT true CHECK (one),
    account uuid NOT NULL REFERENCES account
);

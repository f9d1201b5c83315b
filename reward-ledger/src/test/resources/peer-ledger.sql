-- The other design of the benchmark: a ledger that is nothing but SQL, after the published design of pgledger
-- (https://github.com/pgr0ss/pgledger), written anew from its description. What it models: accounts with a running
-- balance and a version; one call of a function for each transfer (or for an array of them), which locks the accounts in
-- order, moves the balances one transfer at a time, and writes a transfer and two entries that carry the balances before
-- and after; text ids with a prefix over UUIDv7; numeric amounts; foreign keys and indices as published. Left out, in
-- its favour: the encoding of ids as ULIDs, metadata, and the choice of UUID function by version.
CREATE SCHEMA peer;

CREATE TABLE peer.account (
    id             text        PRIMARY KEY,
    currency       text        NOT NULL,
    balance        numeric     NOT NULL DEFAULT 0,
    version        bigint      NOT NULL DEFAULT 0,
    allow_negative boolean     NOT NULL,
    allow_positive boolean     NOT NULL,
    created_at     timestamptz NOT NULL DEFAULT now(),
    updated_at     timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE peer.transfer (
    id           text        PRIMARY KEY DEFAULT 'pglt_' || uuidv7(),
    from_account text        NOT NULL REFERENCES peer.account,
    to_account   text        NOT NULL REFERENCES peer.account,
    amount       numeric     NOT NULL,
    created_at   timestamptz NOT NULL,
    event_at     timestamptz NOT NULL,
    CHECK (amount > 0 AND from_account <> to_account)
);

CREATE INDEX ON peer.transfer (from_account);
CREATE INDEX ON peer.transfer (to_account);
CREATE INDEX ON peer.transfer (event_at);

CREATE TABLE peer.entry (
    id               text        PRIMARY KEY DEFAULT 'pgle_' || uuidv7(),
    account          text        NOT NULL REFERENCES peer.account,
    transfer         text        NOT NULL REFERENCES peer.transfer,
    amount           numeric     NOT NULL,
    previous_balance numeric     NOT NULL,
    current_balance  numeric     NOT NULL,
    account_version  bigint      NOT NULL,
    created_at       timestamptz NOT NULL
);

CREATE INDEX ON peer.entry (account);
CREATE INDEX ON peer.entry (transfer);

CREATE TYPE peer.request AS (from_account text, to_account text, amount numeric);

-- Adds to one account's balance and writes the entry of it.
CREATE FUNCTION peer.move(moved_account text, moved_transfer text, moved numeric) RETURNS text
    LANGUAGE plpgsql
AS $$
DECLARE
    changed peer.account;
BEGIN
    UPDATE peer.account SET balance = balance + moved, version = version + 1, updated_at = now()
    WHERE id = moved_account RETURNING * INTO changed;
    IF (changed.balance < 0 AND NOT changed.allow_negative) OR (changed.balance > 0 AND NOT changed.allow_positive) THEN
        RAISE EXCEPTION 'account % may not have the balance %', moved_account, changed.balance;
    END IF;
    INSERT INTO peer.entry
        (account, transfer, amount, previous_balance, current_balance, account_version, created_at)
    VALUES (moved_account, moved_transfer, moved, changed.balance - moved, changed.balance, changed.version, now());
    RETURN changed.currency;
END
$$;

CREATE FUNCTION peer.create_transfers(requests peer.request[]) RETURNS SETOF peer.transfer
    LANGUAGE plpgsql
AS $$
DECLARE
    asked   peer.request;
    touched text;
    made    text;
    ids     text[] := '{}';
BEGIN
    FOR touched IN
        SELECT DISTINCT side
        FROM unnest(requests) r CROSS JOIN LATERAL (VALUES (r.from_account), (r.to_account)) AS sides(side)
        ORDER BY side
    LOOP
        PERFORM FROM peer.account WHERE id = touched FOR UPDATE;
    END LOOP;
    FOREACH asked IN ARRAY requests LOOP
        INSERT INTO peer.transfer (from_account, to_account, amount, created_at, event_at)
        VALUES (asked.from_account, asked.to_account, asked.amount, now(), now())
        RETURNING id INTO made;
        IF peer.move(asked.from_account, made, -asked.amount) <> peer.move(asked.to_account, made, asked.amount) THEN
            RAISE EXCEPTION 'accounts % and % have different currencies', asked.from_account, asked.to_account;
        END IF;
        ids := array_append(ids, made);
    END LOOP;
    RETURN QUERY SELECT * FROM peer.transfer WHERE id = ANY (ids) ORDER BY id;
END
$$;

CREATE FUNCTION peer.create_transfer(from_account text, to_account text, amount numeric) RETURNS SETOF peer.transfer
    LANGUAGE plpgsql
AS $$
BEGIN
    RETURN QUERY SELECT * FROM peer.create_transfers(ARRAY[ROW(from_account, to_account, amount)::peer.request]);
END
$$;

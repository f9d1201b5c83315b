-- Every transfer carries both of its sides, so debits equal credits by construction.
CREATE TABLE ledger.transfer (
    number     bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id         uuid        NOT NULL UNIQUE,
    step       text        NOT NULL CHECK (step IN ('DIRECT', 'HOLD', 'POST', 'RELEASE', 'EXPIRE')),
    debit      bigint      NOT NULL,
    credit     bigint      NOT NULL,
    amount     bigint      NOT NULL CHECK (amount > 0),
    purpose    text        NOT NULL,
    cause      text        NOT NULL,
    resolves   uuid,
    expires_at timestamptz,
    at         timestamptz NOT NULL,
    CONSTRAINT transfer_between_two_accounts CHECK (debit <> credit),
    CONSTRAINT transfer_resolves_a_hold CHECK ((step IN ('POST', 'RELEASE', 'EXPIRE')) = (resolves IS NOT NULL)),
    CONSTRAINT transfer_holds_for_a_time CHECK ((step = 'HOLD') = (expires_at IS NOT NULL))
);

COMMENT ON COLUMN ledger.transfer.number IS
    'rises within an account: both accounts are locked from before it is drawn until it is committed';

-- A hold ends once.
CREATE UNIQUE INDEX transfer_resolves ON ledger.transfer (resolves) WHERE resolves IS NOT NULL;
CREATE INDEX transfer_debit ON ledger.transfer (debit, number);
CREATE INDEX transfer_credit ON ledger.transfer (credit, number);

-- The holds that have not ended; kept by the rules in _03.
CREATE TABLE ledger.open_hold (
    id         uuid        PRIMARY KEY,
    expires_at timestamptz NOT NULL
);

CREATE INDEX open_hold_expires_at ON ledger.open_hold (expires_at);

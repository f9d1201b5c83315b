CREATE SCHEMA ledger;

-- An account's totals follow from its transfers and change with them alone (see the rules in _03).
-- Balance = credited - debited: what the farm owes the owner.
CREATE TABLE ledger.account (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind     text   NOT NULL
        CHECK (kind IN ('CUSTOMER', 'ESCROW', 'CALLS', 'WORKER', 'STAKE', 'FEES', 'TREASURY')),
    name     text   COLLATE "C" NOT NULL UNIQUE,
    credited bigint NOT NULL DEFAULT 0 CHECK (credited >= 0),
    debited  bigint NOT NULL DEFAULT 0 CHECK (debited >= 0),
    held     bigint NOT NULL DEFAULT 0 CHECK (held >= 0),
    CONSTRAINT account_name_has_its_kind CHECK (split_part(name, '/', 1) = lower(kind)),
    CONSTRAINT account_not_overdrawn CHECK (kind = 'TREASURY' OR credited - debited - held >= 0)
) WITH (fillfactor = 50); -- room on the page, so that a new balance need not touch an index

COMMENT ON COLUMN ledger.account.held IS 'what open holds keep from being spent';

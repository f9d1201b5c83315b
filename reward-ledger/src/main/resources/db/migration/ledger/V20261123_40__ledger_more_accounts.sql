-- Accounts for what workers have earned and may still lose, for what was burned, and for what comes from and goes to a
-- chain. Where money comes in, as credit or from a chain, the balance is below 0: that much is in the books.
ALTER TABLE ledger.account
    DROP CONSTRAINT account_kind_check,
    DROP CONSTRAINT account_not_overdrawn,
    ADD CONSTRAINT account_kind_check CHECK (kind IN (
        'CUSTOMER', 'ESCROW', 'CALLS', 'HOLDBACK', 'WORKER', 'STAKE', 'FEES', 'BURN', 'TREASURY', 'CHAIN_IN', 'CHAIN_OUT')),
    ADD CONSTRAINT account_not_overdrawn
        CHECK (kind IN ('TREASURY', 'CHAIN_IN') OR credited - debited - held >= 0);

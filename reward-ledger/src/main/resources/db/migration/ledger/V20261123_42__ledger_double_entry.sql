-- Debits equal credits in every transaction. A statement that changes accounts by more on one side leaves the difference
-- here; unless the transaction's other statements make up for it, it cannot commit.
CREATE TABLE ledger.imbalance (
    difference numeric NOT NULL
);

CREATE FUNCTION ledger.note_imbalance() RETURNS trigger
    LANGUAGE plpgsql
AS $$
DECLARE
    difference numeric;
BEGIN
    SELECT (SELECT sum(credited - debited) FROM after) - (SELECT sum(credited - debited) FROM before) INTO difference;
    IF difference <> 0 THEN
        INSERT INTO ledger.imbalance VALUES (difference);
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER account_changes_are_noted
    AFTER UPDATE ON ledger.account
    REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.note_imbalance();

CREATE FUNCTION ledger.require_balance() RETURNS trigger
    LANGUAGE plpgsql
AS $$
DECLARE
    difference numeric;
BEGIN
    SELECT coalesce(sum(i.difference), 0) INTO difference FROM ledger.imbalance i;
    IF difference <> 0 THEN
        RAISE EXCEPTION 'the transaction credits % more than it debits', difference
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    DELETE FROM ledger.imbalance;
    RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER debits_equal_credits
    AFTER INSERT ON ledger.imbalance
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION ledger.require_balance();

-- Nobody takes a note away but the check itself.
CREATE TRIGGER imbalance_is_noted_once
    BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.imbalance
    FOR EACH STATEMENT WHEN (pg_trigger_depth() < 1) EXECUTE FUNCTION ledger.refuse_change();

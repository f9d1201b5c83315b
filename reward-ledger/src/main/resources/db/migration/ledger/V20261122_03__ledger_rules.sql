-- Whoever inserts transfers, this is what they do to the accounts: once for each statement, over all of its rows.
-- An account that would be overdrawn fails its own check, and with it the whole statement.
CREATE FUNCTION ledger.apply_transfers() RETURNS trigger
    LANGUAGE plpgsql
    SET plan_cache_mode = 'force_custom_plan'
AS $$
DECLARE
    resolved bigint;
    ended    bigint;
    expected bigint;
    updated  bigint;
BEGIN
    INSERT INTO ledger.open_hold (id, expires_at)
    SELECT id, expires_at FROM fresh WHERE step = 'HOLD';

    SELECT count(*) INTO resolved FROM fresh WHERE resolves IS NOT NULL;
    IF resolved > 0 THEN
        SELECT count(*) INTO ended
        FROM fresh f
        JOIN ledger.transfer h
          ON h.id = f.resolves AND h.step = 'HOLD' AND h.debit = f.debit AND h.credit = f.credit
        WHERE CASE WHEN f.step = 'POST' THEN f.amount <= h.amount ELSE f.amount = h.amount END;
        IF ended <> resolved THEN
            RAISE EXCEPTION 'a transfer ends a hold that is not there, or another amount or accounts than it held'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;

        DELETE FROM ledger.open_hold o USING fresh f WHERE o.id = f.resolves;
        GET DIAGNOSTICS ended = ROW_COUNT;
        IF ended <> resolved THEN
            RAISE EXCEPTION 'a transfer ends a hold that has ended before'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END IF;

    SELECT count(*) INTO expected
    FROM (SELECT debit FROM fresh UNION SELECT credit FROM fresh) AS touched;

    UPDATE ledger.account a
    SET credited = a.credited + d.credited,
        debited  = a.debited + d.debited,
        held     = a.held + d.held
    FROM (
        SELECT account,
               sum(credited)::bigint AS credited,
               sum(debited)::bigint  AS debited,
               sum(held)::bigint     AS held
        FROM (
            SELECT debit AS account,
                   0::bigint AS credited,
                   CASE WHEN step IN ('DIRECT', 'POST') THEN amount ELSE 0 END AS debited,
                   CASE WHEN step = 'HOLD' THEN amount ELSE 0 END AS held
            FROM fresh
            UNION ALL
            SELECT credit, CASE WHEN step IN ('DIRECT', 'POST') THEN amount ELSE 0 END, 0, 0
            FROM fresh
            UNION ALL
            SELECT h.debit, 0, 0, -h.amount
            FROM fresh f JOIN ledger.transfer h ON h.id = f.resolves
            WHERE resolved > 0 AND f.resolves IS NOT NULL
        ) AS sides
        GROUP BY account
    ) AS d
    WHERE a.id = d.account;
    GET DIAGNOSTICS updated = ROW_COUNT;
    IF updated <> expected THEN
        RAISE EXCEPTION 'a transfer names an account that is not there'
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER transfer_applies
    AFTER INSERT ON ledger.transfer
    REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.apply_transfers();

-- What is written stays.
CREATE FUNCTION ledger.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    RAISE EXCEPTION '% of % is not allowed: the ledger is append-only; mend a mistake with another transfer',
        TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER transfer_is_permanent
    BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.transfer
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

CREATE TRIGGER account_is_permanent
    BEFORE DELETE OR TRUNCATE ON ledger.account
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

-- Balances and open holds change inside transfer_applies, one trigger deep, and nowhere else.
CREATE TRIGGER account_follows_transfers
    BEFORE UPDATE ON ledger.account
    FOR EACH STATEMENT WHEN (pg_trigger_depth() < 1) EXECUTE FUNCTION ledger.refuse_change();

CREATE TRIGGER account_starts_empty
    BEFORE INSERT ON ledger.account
    FOR EACH ROW WHEN (NEW.credited <> 0 OR NEW.debited <> 0 OR NEW.held <> 0)
    EXECUTE FUNCTION ledger.refuse_change();

CREATE TRIGGER open_hold_follows_transfers
    BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON ledger.open_hold
    FOR EACH STATEMENT WHEN (pg_trigger_depth() < 1) EXECUTE FUNCTION ledger.refuse_change();

-- As before, and nothing slips in among the transfers that are sealed.
CREATE OR REPLACE FUNCTION ledger.apply_transfers() RETURNS trigger
    LANGUAGE plpgsql
    SET plan_cache_mode = 'force_custom_plan'
AS $$
DECLARE
    first_number bigint;
    holds    bigint;
    resolved bigint;
    ended    bigint;
    expected bigint;
    updated  bigint;
BEGIN
    SELECT min(number), count(*) FILTER (WHERE step = 'HOLD'), count(resolves)
    INTO first_number, holds, resolved
    FROM fresh;
    IF first_number <= (SELECT upto FROM ledger.sealing) THEN
        RAISE EXCEPTION 'transfer number % is among those that are sealed', first_number
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;

    IF holds > 0 THEN
        INSERT INTO ledger.open_hold (id, expires_at)
        SELECT id, expires_at FROM fresh WHERE step = 'HOLD';
    END IF;
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

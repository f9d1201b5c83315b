-- A hash chain over the log. For the n-th transfer, in the order of the numbers,
--     hash(n) = SHA-256(hash(n - 1) || the transfer's fields as text, with a line feed between two)
-- and hash(0) is 32 zero bytes. A seal keeps the hash at one number: who changes, removes or adds a transfer at or
-- before it, by whatever means, no longer comes to that hash.
CREATE TABLE ledger.seal (
    number        bigint      PRIMARY KEY CHECK (number > 0),
    last_transfer bigint      NOT NULL UNIQUE,
    transfers     bigint      NOT NULL CHECK (transfers > 0),
    hash          bytea       NOT NULL CHECK (octet_length(hash) = 32),
    at            timestamptz NOT NULL
);

COMMENT ON COLUMN ledger.seal.transfers IS 'how many there are from the first to the last';

-- Where sealing stands: one row. Numbers are drawn before they are committed, so only those up to a number are sealed
-- of which no transaction can still be under way.
CREATE TABLE ledger.sealing (
    one        boolean PRIMARY KEY DEFAULT true CHECK (one),
    seal       bigint  NOT NULL DEFAULT 0,
    transfers  bigint  NOT NULL DEFAULT 0,
    upto       bigint  NOT NULL DEFAULT 0,
    hash       bytea   NOT NULL DEFAULT decode(repeat('00', 32), 'hex'),
    next_upto  bigint  NOT NULL DEFAULT 0,
    -- Whoever drew a number up to next_upto had begun to write before this transaction did.
    next_after xid8    NOT NULL DEFAULT '0'
);

INSERT INTO ledger.sealing DEFAULT VALUES;

-- The n-th transfer as the chain takes it. No field can hold a line feed.
CREATE VIEW ledger.log AS
SELECT t.number, t.id, t.step, d.name AS debit, c.name AS credit, t.amount, t.purpose, t.cause, t.resolves,
       (extract(epoch FROM t.expires_at) * 1000000)::bigint AS expires_at_micros,
       (extract(epoch FROM t.at) * 1000000)::bigint         AS at_micros
FROM ledger.transfer t
JOIN ledger.account d ON d.id = t.debit
JOIN ledger.account c ON c.id = t.credit;

CREATE FUNCTION ledger.sealed_text(l ledger.log) RETURNS bytea
    LANGUAGE sql STABLE
RETURN convert_to(
    concat(l.number, E'\n', l.id, E'\n', l.step, E'\n', l.debit, E'\n', l.credit, E'\n', l.amount, E'\n', l.purpose,
           E'\n', l.cause, E'\n', l.resolves, E'\n', l.expires_at_micros, E'\n', l.at_micros), 'UTF8');

-- Seals up to most transfers; how many it was. Fewer than there are when some may still be under way: the next call
-- takes them. Nobody waits for this, and it waits for nobody.
CREATE FUNCTION ledger.seal_transfers(most int, sealed_at timestamptz) RETURNS int
    LANGUAGE plpgsql
    SET enable_seqscan = off
AS $$
DECLARE
    head  ledger.sealing;
    line  ledger.log;
    done  int := 0;
    drawn bigint;
BEGIN
    IF pg_current_xact_id_if_assigned() IS NOT NULL THEN
        RAISE EXCEPTION 'seal in a transaction of its own'
            USING ERRCODE = 'invalid_transaction_state';
    END IF;
    -- First the numbers that were drawn, then the lock, which gives this transaction its id: whoever drew one of them
    -- had locked its accounts before, and so has a lower id.
    SELECT CASE WHEN is_called THEN last_value ELSE 0 END INTO drawn FROM ledger.transfer_number_seq;
    SELECT * INTO head FROM ledger.sealing FOR UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
        RETURN 0;
    END IF;
    IF head.upto < head.next_upto AND pg_snapshot_xmin(pg_current_snapshot()) > head.next_after THEN
        FOR line IN
            SELECT * FROM ledger.log WHERE number > head.upto AND number <= head.next_upto ORDER BY number LIMIT most
        LOOP
            head.hash := sha256(head.hash || ledger.sealed_text(line));
            head.upto := line.number;
            done := done + 1;
        END LOOP;
        IF done > 0 THEN
            head.seal := head.seal + 1;
            head.transfers := head.transfers + done;
            INSERT INTO ledger.seal (number, last_transfer, transfers, hash, at)
            VALUES (head.seal, head.upto, head.transfers, head.hash, sealed_at);
        END IF;
        IF done < most THEN
            head.upto := head.next_upto;
        END IF;
    END IF;
    IF head.upto >= head.next_upto AND drawn > head.next_upto THEN
        head.next_upto := drawn;
        head.next_after := pg_current_xact_id();
    ELSIF done = 0 THEN
        RETURN 0;
    END IF;
    UPDATE ledger.sealing
    SET seal = head.seal, transfers = head.transfers, upto = head.upto, hash = head.hash,
        next_upto = head.next_upto, next_after = head.next_after;
    RETURN done;
END
$$;

CREATE TRIGGER seal_is_permanent
    BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.seal
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

-- The farm's signature over a seal, made when there was no later one: what is given out as an anchor.
CREATE TABLE ledger.anchor (
    seal      bigint PRIMARY KEY REFERENCES ledger.seal,
    farm_key  bytea NOT NULL,
    signature bytea NOT NULL
);

CREATE TRIGGER anchor_is_permanent
    BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.anchor
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

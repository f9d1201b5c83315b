-- The two sides of every transfer that moved money: what a statement lists.
CREATE VIEW ledger.posting AS
SELECT 2 * number AS number, id AS transfer, at, debit AS account, 'DEBIT' AS direction, amount, purpose, cause
FROM ledger.transfer
WHERE step IN ('DIRECT', 'POST')
UNION ALL
SELECT 2 * number + 1, id, at, credit, 'CREDIT', amount, purpose, cause
FROM ledger.transfer
WHERE step IN ('DIRECT', 'POST');

-- The accounts whose totals are not the sums of their transfers: always empty. For auditors and tests; reads everything.
CREATE VIEW ledger.discrepancy AS
WITH moved AS (
    SELECT account,
           coalesce(sum(amount) FILTER (WHERE direction = 'CREDIT'), 0) AS credited,
           coalesce(sum(amount) FILTER (WHERE direction = 'DEBIT'), 0)  AS debited
    FROM ledger.posting
    GROUP BY account
), holding AS (
    SELECT h.debit AS account, sum(h.amount) AS held
    FROM ledger.transfer h
    WHERE h.step = 'HOLD'
      AND NOT EXISTS (SELECT FROM ledger.transfer r WHERE r.resolves = h.id)
    GROUP BY h.debit
)
SELECT a.name, a.credited, a.debited, a.held,
       coalesce(m.credited, 0) AS credited_by_transfers,
       coalesce(m.debited, 0)  AS debited_by_transfers,
       coalesce(h.held, 0)     AS held_by_transfers
FROM ledger.account a
LEFT JOIN moved m ON m.account = a.id
LEFT JOIN holding h ON h.account = a.id
WHERE a.credited <> coalesce(m.credited, 0)
   OR a.debited <> coalesce(m.debited, 0)
   OR a.held <> coalesce(h.held, 0);

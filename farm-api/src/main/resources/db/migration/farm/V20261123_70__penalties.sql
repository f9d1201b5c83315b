-- What was decided about a proven fault whose worker's owner is paid on a chain: once for each fault. The case is the
-- digest of the fault's name, the evidence that of the document, which anyone may read.
CREATE TABLE penalty (
    fault      text        PRIMARY KEY,
    case_id    text        NOT NULL UNIQUE CHECK (case_id ~ '^[0-9a-f]{64}$'),
    evidence   text        NOT NULL CHECK (evidence ~ '^[0-9a-f]{64}$'),
    document   text        NOT NULL,
    worker     text        NOT NULL,
    owner      text        NOT NULL,
    amount     bigint      NOT NULL CHECK (amount >= 0),
    decided_at timestamptz NOT NULL,
    sent       boolean     NOT NULL DEFAULT false,
    CHECK (sent OR amount > 0)
);

CREATE INDEX penalty_not_sent ON penalty (decided_at) WHERE NOT sent;
CREATE INDEX penalty_of_owner ON penalty (owner, decided_at);

-- Every fault with all that proves it, as one document. What is too long for it is named by its digest.
CREATE VIEW proven_fault AS
SELECT 'task:' || f.job || '/' || f.task || '/' || f.fence AS fault, f.worker, f.found_at,
       jsonb_build_object(
           'worker', f.worker, 'job', f.job, 'task', f.task, 'fence', f.fence, 'reason', f.reason, 'detail', f.detail,
           'result', f.result, 'root', f.root, 'workUnits', f.work_units, 'signature', encode(f.signature, 'hex'),
           'auditTask', f.audit_task, 'recomputed', f.recomputed)::text AS document
FROM fault f
UNION ALL
SELECT 'call:' || c.call, c.worker, c.found_at,
       jsonb_build_object(
           'worker', c.worker, 'call', c.call, 'model', c.model, 'row', c.row,
           'asked', encode(sha256(c.asked), 'hex'), 'answered', encode(sha256(c.answered), 'hex'),
           'recomputed', encode(sha256(c.recomputed), 'hex'))::text
FROM call_fault c;

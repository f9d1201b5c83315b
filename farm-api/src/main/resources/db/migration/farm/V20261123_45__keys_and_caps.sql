-- A key may be asked for with an idempotency key: it is made once, and the same name with another request is refused.
-- What a key's jobs may cost in a calendar month (UTC) can have a limit.
ALTER TABLE api_key
    ADD made_by         uuid REFERENCES account,
    ADD idempotency_key text CHECK (length(idempotency_key) BETWEEN 1 AND 200),
    ADD request_hash    text,
    ADD monthly_cap     bigint CHECK (monthly_cap >= 0),
    ADD UNIQUE (made_by, idempotency_key),
    ADD CHECK ((idempotency_key IS NULL) = (request_hash IS NULL));

ALTER TABLE job ADD api_key uuid REFERENCES api_key;

CREATE INDEX job_of_key ON job (api_key, created_at) WHERE api_key IS NOT NULL;

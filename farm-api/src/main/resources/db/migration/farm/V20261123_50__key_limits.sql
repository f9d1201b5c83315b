-- A key's rates and quotas, as JSON of KeyLimits; and what it used, by days (UTC).
ALTER TABLE api_key ADD limits text NOT NULL DEFAULT '{}';

CREATE TABLE key_use (
    api_key uuid   NOT NULL REFERENCES api_key,
    day     date   NOT NULL,
    calls   bigint NOT NULL CHECK (calls >= 0),
    -- Of the end of a call on the day after its begin it can be less than 0.
    tokens  bigint NOT NULL,
    PRIMARY KEY (api_key, day)
);

-- Funds that were kept for a key's online calls; what they cost is written before it is paid. The cap of a key counts
-- a window that is not settled with all that it holds, until its hold has expired.
CREATE TABLE call_window (
    id         uuid PRIMARY KEY,
    account    uuid        NOT NULL REFERENCES account,
    api_key    uuid        NOT NULL REFERENCES api_key,
    amount     bigint      NOT NULL CHECK (amount > 0),
    opened_at  timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    cost       bigint CHECK (cost BETWEEN 0 AND amount)
);

CREATE INDEX call_window_of_key ON call_window (api_key, opened_at);

-- Whose cap a batch counts against.
ALTER TABLE openai_batch ADD api_key uuid REFERENCES api_key;

-- What a million work units of a render job's model steps cost; absent where a job has none.
ALTER TABLE job ADD COLUMN model_per_million bigint CHECK (model_per_million >= 0);

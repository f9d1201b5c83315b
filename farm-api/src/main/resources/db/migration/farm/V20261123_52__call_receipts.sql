-- Why the calls of a window cost what they cost: JSON of CallReceipt without the workers' keys, packed by gzip.
ALTER TABLE call_window ADD receipt bytea;

CREATE INDEX call_window_of_account ON call_window (account, opened_at DESC, id DESC);
CREATE INDEX call_window_with_receipt ON call_window (opened_at) WHERE receipt IS NOT NULL;

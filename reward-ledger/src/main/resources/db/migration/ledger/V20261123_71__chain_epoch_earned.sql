-- What every address had earned in the ledger when the epoch was closed, where the payouts are shares of an emission;
-- null where the payouts are what was earned.
ALTER TABLE chain.epoch ADD COLUMN earned text;

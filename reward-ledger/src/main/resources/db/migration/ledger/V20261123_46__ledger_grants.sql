-- A role that can make transfers and seal them, and change nothing that is written: for a farm whose program does not
-- own its database. The rules act with their owner's rights, so that the role needs none on what they change.
ALTER FUNCTION ledger.apply_transfers() SECURITY DEFINER SET search_path = pg_catalog;
ALTER FUNCTION ledger.note_imbalance() SECURITY DEFINER SET search_path = pg_catalog;
ALTER FUNCTION ledger.require_balance() SECURITY DEFINER SET search_path = pg_catalog;
ALTER FUNCTION ledger.seal_transfers(int, timestamptz) SECURITY DEFINER SET search_path = pg_catalog;

CREATE FUNCTION ledger.grant_to(coordinator name) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog
AS $$
BEGIN
    EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA ledger FROM %I', coordinator);
    EXECUTE format('GRANT USAGE ON SCHEMA ledger TO %I', coordinator);
    EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA ledger TO %I', coordinator);
    EXECUTE format('GRANT INSERT ON ledger.transfer, ledger.account, ledger.anchor TO %I', coordinator);
    -- To lock accounts; no statement of the role gets past the rule that balances follow transfers.
    EXECUTE format('GRANT UPDATE (id) ON ledger.account TO %I', coordinator);
    EXECUTE format('GRANT EXECUTE ON FUNCTION ledger.seal_transfers(int, timestamptz) TO %I', coordinator);
END
$$;

REVOKE EXECUTE ON FUNCTION ledger.grant_to(name), ledger.seal_transfers(int, timestamptz) FROM PUBLIC;

package farm.tilth.ledger.ledger;

class InMemoryLedgerTest extends LedgerContract {
    @Override
    protected Ledger newLedger(SettableClock clock) {
        return new InMemoryLedger(clock);
    }
}

package farm.tilth.ledger.chain;

class InMemoryOutboxTest extends OutboxStoreContract {
    private final InMemoryOutbox store = new InMemoryOutbox();

    @Override
    OutboxStore store() {
        return store;
    }
}

package farm.tilth.api.pay;

import farm.tilth.ledger.ledger.CombiningLedger;
import farm.tilth.ledger.ledger.Ledger;
import farm.tilth.ledger.postgres.PostgresLedger;
import io.agroal.api.AgroalDataSource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.time.InstantSource;

/** The ledger over the farm's own database; what comes at the same time is written together. */
@ApplicationScoped
class LedgerBeans {
    /** Most batches touch the fees' account: two at once would only wait for one another, and be smaller. */
    private static final int BATCHES_AT_ONCE = 1;

    @Produces
    @ApplicationScoped
    Ledger ledger(AgroalDataSource dataSource, InstantSource clock) {
        return new CombiningLedger(new PostgresLedger(dataSource, clock), BATCHES_AT_ONCE);
    }
}

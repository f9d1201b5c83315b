package farm.tilth.api.pay;

import farm.tilth.ledger.ledger.Ledger;
import farm.tilth.ledger.postgres.PostgresLedger;
import io.agroal.api.AgroalDataSource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.time.InstantSource;

/** The ledger over the farm's own database. */
@ApplicationScoped
class LedgerBeans {
    @Produces
    @ApplicationScoped
    Ledger ledger(AgroalDataSource dataSource, InstantSource clock) {
        return new PostgresLedger(dataSource, clock);
    }
}

package farm.tilth.api.pay;

import farm.tilth.api.lease.Repeating;
import farm.tilth.ledger.postgres.PostgresSeals;
import farm.tilth.protocol.result.LedgerAnchor;
import farm.tilth.protocol.result.SealedTransfer;
import farm.tilth.protocol.result.SigningKey;
import io.agroal.api.AgroalDataSource;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Keeps the ledger's hash chain up to its transfers, and signs where it stands from time to time. The anchors go to the
 * program's log too: a copy that the database cannot change.
 */
@ApplicationScoped
class LedgerSeals {
    private static final Logger LOG = Logger.getLogger(LedgerSeals.class);
    /** The first call marks what is to be sealed, the second seals it. */
    private static final int CALLS_TO_CATCH_UP = 3;

    private final PostgresSeals seals;
    private final SigningKey key;
    private final LedgerConfig config;
    private Repeating sealing;
    private Repeating anchoring;

    LedgerSeals(AgroalDataSource dataSource, InstantSource clock, SigningKey key, LedgerConfig config) {
        this.seals = new PostgresSeals(dataSource, clock);
        this.key = key;
        this.config = config;
    }

    void start(@Observes StartupEvent event) {
        sealing = Repeating.start("seal the ledger", config.sealEvery(), this::seal);
        anchoring = Repeating.start("anchor the ledger", config.anchorEvery(), () -> {
            anchor();
            return false;
        });
    }

    void stop(@Observes ShutdownEvent event) {
        List.of(anchoring, sealing).forEach(Repeating::close);
    }

    private boolean seal() {
        return seals.seal(config.sealAtOnce()) == config.sealAtOnce();
    }

    private void anchor() {
        for (LedgerAnchor anchor : seals.anchor(key)) {
            LOG.infof(
                    "the ledger's %d transfers up to number %d have the hash %s",
                    anchor.transfers(), anchor.lastTransfer(), anchor.hash());
        }
    }

    /** Seals and signs what there is now, but for what is being written at this moment. */
    void catchUp() {
        boolean more = true;
        for (int i = 0; i < CALLS_TO_CATCH_UP || more; i++) {
            more = seal();
        }
        anchor();
    }

    Optional<LedgerAnchor> lastAnchor() {
        return seals.lastAnchor();
    }

    List<LedgerAnchor> anchors(long after, int limit) {
        return seals.anchors(after, limit);
    }

    List<SealedTransfer> log(long after, int limit) {
        return seals.log(after, limit);
    }
}

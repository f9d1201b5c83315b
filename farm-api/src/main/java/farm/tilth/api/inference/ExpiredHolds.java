package farm.tilth.api.inference;

import farm.tilth.ledger.ledger.Ledger;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;

/** Gives back what was held for calls that nobody brought to an end: a replica died between call and payment. */
@ApplicationScoped
class ExpiredHolds {
    private static final int AT_A_TIME = 1000;

    private final Ledger ledger;

    ExpiredHolds(Ledger ledger) {
        this.ledger = ledger;
    }

    @Scheduled(every = "{tilth.inference.expire-every:30s}", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void expire() {
        int ended = AT_A_TIME;
        while (ended == AT_A_TIME) {
            ended = ledger.expireHolds(AT_A_TIME);
        }
    }
}

package farm.tilth.api.inference;

import farm.tilth.api.verify.Epoch;
import farm.tilth.api.verify.PostgresEpochs;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;

/** The secret of the farm's epoch, remembered until the epoch is over. */
@ApplicationScoped
class EpochSecret implements AuditSecret {
    private final PostgresEpochs epochs;
    private final InstantSource clock;
    private volatile Epoch last;

    EpochSecret(PostgresEpochs epochs, InstantSource clock) {
        this.epochs = epochs;
        this.clock = clock;
    }

    @Override
    public Uni<byte[]> current() {
        Epoch known = last;
        if (known != null && known.endsAt().isAfter(clock.instant())) {
            return Uni.createFrom().item(known.secret().orElseThrow());
        }
        return epochs.current().invoke(epoch -> last = epoch).map(epoch -> epoch.secret()
                .orElseThrow());
    }
}

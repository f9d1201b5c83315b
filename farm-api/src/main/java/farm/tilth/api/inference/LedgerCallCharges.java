package farm.tilth.api.inference;

import farm.tilth.api.pay.PriceConfig;
import farm.tilth.ledger.escrow.CallHold;
import farm.tilth.ledger.escrow.CallPayment;
import farm.tilth.ledger.escrow.Calls;
import farm.tilth.ledger.ledger.Ledger;
import farm.tilth.ledger.ledger.TransferResult;
import farm.tilth.protocol.result.Receipt;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Charges calls in the ledger, which blocks: off the event loops. */
@ApplicationScoped
class LedgerCallCharges implements CallCharges {
    private static final Logger LOG = Logger.getLogger(LedgerCallCharges.class);

    private final Calls calls;
    private final Receipt.Prices prices;
    private final InstantSource clock;
    private final InferenceConfig config;
    /** A hold is named by all that it says, its end included: a repetition has to say the same. */
    private final Map<UUID, CallHold> held = new ConcurrentHashMap<>();

    LedgerCallCharges(Ledger ledger, PriceConfig prices, InstantSource clock, InferenceConfig config) {
        this.calls = new Calls(ledger);
        this.prices = prices.inference();
        this.clock = clock;
        this.config = config;
    }

    @Override
    public Uni<List<Boolean>> hold(List<Charge> charges) {
        Instant expiresAt = clock.instant().plus(config.hold());
        List<CallHold> holds = charges.stream()
                .map(charge -> held.computeIfAbsent(charge.call(), call -> hold(charge, expiresAt)))
                .toList();
        return inWorkerThread(() -> calls.hold(holds))
                .onFailure()
                .invoke(() -> holds.forEach(hold -> held.remove(hold.call())))
                .map(results -> {
                    for (int i = 0; i < holds.size(); i++) {
                        if (!results.get(i).done()) {
                            held.remove(holds.get(i).call());
                        }
                    }
                    return results.stream().map(TransferResult::done).toList();
                });
    }

    private CallHold hold(Charge charge, Instant expiresAt) {
        return new CallHold(
                charge.call(), charge.account(), Math.max(1, prices.gross(charge.ceilingUnits())), expiresAt);
    }

    @Override
    public Uni<Void> pay(List<Work> works) {
        List<CallPayment> payments = works.stream()
                .filter(work -> held.containsKey(work.charge().call()))
                .map(work -> new CallPayment(held.get(work.charge().call()), work.worker(), work.workUnits(), prices))
                .toList();
        List<UUID> ended =
                payments.stream().map(payment -> payment.hold().call()).toList();
        return settle(ended, () -> calls.post(payments), "paid");
    }

    @Override
    public Uni<Void> release(List<Charge> charges) {
        List<CallHold> holds = charges.stream()
                .map(charge -> held.get(charge.call()))
                .filter(hold -> hold != null)
                .toList();
        return settle(holds.stream().map(CallHold::call).toList(), () -> calls.release(holds), "released");
    }

    private Uni<Void> settle(List<UUID> ended, Supplier<List<TransferResult>> step, String what) {
        if (ended.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return inWorkerThread(step)
                .invoke(results -> {
                    held.keySet().removeAll(ended);
                    long failed =
                            results.stream().filter(result -> !result.done()).count();
                    if (failed > 0) {
                        LOG.warnf("%d of %d calls were not %s: %s", failed, results.size(), what, results);
                    }
                })
                .replaceWithVoid();
    }

    private static <T> Uni<T> inWorkerThread(Supplier<T> step) {
        return Uni.createFrom().item(step).runSubscriptionOn(Infrastructure.getDefaultWorkerPool());
    }
}

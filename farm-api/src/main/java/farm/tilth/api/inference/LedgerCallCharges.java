package farm.tilth.api.inference;

import farm.tilth.api.pay.PriceConfig;
import farm.tilth.ledger.escrow.CallSettlement;
import farm.tilth.ledger.escrow.CallWindow;
import farm.tilth.ledger.escrow.Calls;
import farm.tilth.ledger.ledger.AccountId;
import farm.tilth.ledger.ledger.Ledger;
import farm.tilth.ledger.ledger.TransferResult;
import farm.tilth.protocol.result.CallReceipt;
import farm.tilth.protocol.result.Receipt;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Charges calls from windows that the ledger holds for some seconds: a call reserves its ceiling in memory, and the
 * ledger is asked once for many calls, before and after them. Whoever dies in between leaves holds that expire: no call
 * is charged that was not settled, and none twice.
 */
@ApplicationScoped
class LedgerCallCharges implements CallCharges {
    private static final Logger LOG = Logger.getLogger(LedgerCallCharges.class);
    /** A window leaves the rest of the funds free for jobs, and for windows of other replicas. */
    private static final int SHARE_OF_FUNDS = 10;

    private static final int AT_A_TIME = 100;
    private static final long TICK_MILLIS = 50;

    private final Ledger ledger;
    private final Calls calls;
    private final CallWindows windows;
    private final HoldRefusals refusals = new HoldRefusals();
    private final Receipt.Prices prices;
    private final InstantSource clock;
    private final InferenceConfig config;
    /** By keys: windows are never shared between two of an account, since each may have a cap. */
    private final Map<UUID, Purse> purses = new ConcurrentHashMap<>();

    private final Map<UUID, Reserved> reserved = new ConcurrentHashMap<>();
    private final List<Ended> unsettled = new ArrayList<>();
    private final ScheduledExecutorService settler =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "call-settlement"));

    LedgerCallCharges(
            Ledger ledger, CallWindows windows, PriceConfig prices, InstantSource clock, InferenceConfig config) {
        this.windows = windows;
        this.ledger = ledger;
        this.calls = new Calls(ledger);
        this.prices = prices.inference();
        this.clock = clock;
        this.config = config;
    }

    /** A window whose calls are over, as it is settled. */
    private record Ended(CallSettlement settlement, CallReceipt receipt) {}

    private Ended ended(SpendingWindow window) {
        Instant openedAt = clock.instant().minus(window.age(System.nanoTime()));
        return new Ended(window.settlement(), window.receipt(openedAt, prices));
    }

    private record Reserved(SpendingWindow window, long ceiling) {}

    void start(@Observes StartupEvent event) {
        settler.scheduleWithFixedDelay(this::settle, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    void stop(@Observes ShutdownEvent event) {
        settler.shutdown();
        synchronized (unsettled) {
            purses.values().forEach(purse -> purse.takeAll().forEach(window -> unsettled.add(ended(window))));
        }
        settle();
    }

    @Override
    public Uni<List<Hold>> hold(List<Charge> charges) {
        List<Charge> unmet = charges.stream().filter(charge -> !reserve(charge)).toList();
        if (unmet.isEmpty()) {
            charges.stream()
                    .collect(Collectors.toMap(Charge::key, Charge::account, (one, same) -> one))
                    .forEach(this::refill);
            return Uni.createFrom()
                    .item(charges.stream().map(charge -> Hold.HELD).toList());
        }
        return Uni.createFrom()
                .item(() -> {
                    Map<UUID, Hold> opened =
                            unmet.stream().collect(Collectors.toMap(Charge::call, this::openFor, (one, same) -> one));
                    return charges.stream()
                            .map(charge -> opened.getOrDefault(charge.call(), Hold.HELD))
                            .toList();
                })
                .runSubscriptionOn(Infrastructure.getDefaultWorkerPool());
    }

    private boolean reserve(Charge charge) {
        if (reserved.containsKey(charge.call())) {
            return true;
        }
        Purse purse = purses.get(charge.key());
        long ceiling = ceiling(charge);
        Optional<SpendingWindow> window = purse == null ? Optional.empty() : purse.reserve(ceiling, System.nanoTime());
        window.ifPresent(from -> reserved.put(charge.call(), new Reserved(from, ceiling)));
        return window.isPresent();
    }

    private long ceiling(Charge charge) {
        return Math.max(1, prices.gross(charge.ceilingUnits()));
    }

    /** Opens a window for a call that found no room; blocks. One at a time, since the next call may find it. */
    private synchronized Hold openFor(Charge charge) {
        if (reserve(charge)) {
            return Hold.HELD;
        }
        long ceiling = ceiling(charge);
        Optional<Hold> known = refusals.find(charge.key(), ceiling);
        if (known.isPresent()) {
            return known.get();
        }
        long usual = usualWindow(charge.account());
        Hold opened = open(charge.key(), charge.account(), Math.max(ceiling, usual), ceiling);
        if (opened == Hold.NO_FUNDS && usual > ceiling) {
            opened = open(charge.key(), charge.account(), ceiling, ceiling);
        }
        if (opened != Hold.HELD) {
            refusals.keep(charge.key(), ceiling, opened);
            return opened;
        }
        return reserve(charge) ? Hold.HELD : Hold.NO_FUNDS;
    }

    private long usualWindow(UUID account) {
        long available = ledger.balance(AccountId.customer(account)).available();
        return Math.max(1, Math.min(config.window(), available / SHARE_OF_FUNDS));
    }

    private Hold open(UUID key, UUID account, long amount, long least) {
        UUID id = UUID.randomUUID();
        Instant expiresAt =
                clock.instant().plus(config.windowAge()).plus(config.hold()).plus(config.hold());
        Optional<Long> allowed = windows.open(key, new CallWindow(id, account, amount, expiresAt), least);
        if (allowed.isEmpty()) {
            return Hold.OVER_CAP;
        }
        CallWindow hold = new CallWindow(id, account, allowed.get(), expiresAt);
        if (!calls.open(hold).done()) {
            windows.drop(id);
            return Hold.NO_FUNDS;
        }
        SpendingWindow window = new SpendingWindow(hold, System.nanoTime());
        purses.compute(key, (of, old) -> {
            Purse purse = old == null ? new Purse() : old;
            purse.add(window);
            return purse;
        });
        return Hold.HELD;
    }

    /** Opens the next window before the first call has to wait for it. */
    private void refill(UUID key, UUID account) {
        Purse purse = purses.get(key);
        if (purse != null && purse.startRefill()) {
            Uni.createFrom()
                    .item(() -> open(key, account, usualWindow(account), 1))
                    .runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
                    .onTermination()
                    .invoke(purse::endRefill)
                    .subscribe()
                    .with(opened -> {}, failure -> LOG.debugf(failure, "the next calls wait for the ledger"));
        }
    }

    @Override
    public Uni<Void> pay(List<Work> works) {
        for (Work work : works) {
            Reserved from = reserved.remove(work.charge().call());
            if (from != null) {
                from.window.spend(from.ceiling, work, prices);
            }
        }
        return Uni.createFrom().voidItem();
    }

    @Override
    public Uni<Void> release(List<Charge> charges) {
        for (Charge charge : charges) {
            Reserved from = reserved.remove(charge.call());
            if (from != null) {
                from.window.free(from.ceiling);
            }
        }
        return Uni.createFrom().voidItem();
    }

    /** Settles the windows that are over. What cannot be settled now is tried again until it has expired. */
    private void settle() {
        long now = System.nanoTime();
        synchronized (unsettled) {
            for (UUID key : purses.keySet()) {
                purses.computeIfPresent(key, (id, purse) -> {
                    purse.takeOver(
                                    now,
                                    config.windowAge().toNanos(),
                                    config.windowIdle().toNanos())
                            .forEach(window -> unsettled.add(ended(window)));
                    return purse.isEmpty() ? null : purse;
                });
            }
            if (!unsettled.isEmpty()) {
                settleAll();
            }
        }
    }

    private void settleAll() {
        List<Ended> some = List.copyOf(unsettled.subList(0, Math.min(unsettled.size(), AT_A_TIME)));
        try {
            windows.end(some.stream().map(Ended::receipt).toList());
            List<TransferResult> results =
                    calls.settle(some.stream().map(Ended::settlement).toList());
            for (int i = 0; i < results.size(); i++) {
                if (!results.get(i).done()) {
                    LOG.warnf(
                            "calls are not paid: %s of %s",
                            results.get(i), some.get(i).settlement());
                    windows.drop(some.get(i).receipt().window());
                }
            }
            unsettled.subList(0, some.size()).clear();
        } catch (RuntimeException unavailable) {
            LOG.warnf("%d windows of calls wait for the ledger: %s", unsettled.size(), unavailable.getMessage());
            unsettled.removeIf(late -> late.settlement().window().expiresAt().isBefore(clock.instant()));
        }
    }
}

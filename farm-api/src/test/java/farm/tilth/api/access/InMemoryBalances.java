package farm.tilth.api.access;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import io.quarkus.arc.DefaultBean;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** Balances without a ledger. */
@DefaultBean
@ApplicationScoped
public class InMemoryBalances implements Balances {
    private final Map<UUID, Map<String, Long>> credits = new HashMap<>();

    @Override
    public Uni<Long> balance(UUID account) {
        return Uni.createFrom().item(() -> sum(account));
    }

    @Override
    public Uni<Long> credit(UUID account, long amount, String cause) {
        return Uni.createFrom().item(() -> add(account, amount, cause));
    }

    private synchronized long sum(UUID account) {
        return credits.getOrDefault(account, Map.of()).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    private synchronized long add(UUID account, long amount, String cause) {
        Long earlier = credits.computeIfAbsent(account, id -> new HashMap<>()).putIfAbsent(cause, amount);
        if (earlier != null && earlier != amount) {
            throw new FarmException(ErrorCode.IDEMPOTENCY_MISMATCH, "this cause came with another amount");
        }
        return sum(account);
    }
}

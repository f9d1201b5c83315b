package farm.tilth.ledger.chain;

import farm.tilth.ledger.epoch.EpochBook;
import farm.tilth.ledger.epoch.PayoutAddress;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/** Closed epochs in memory; they survive whatever happens to their users. */
final class InMemoryEpochBook implements EpochBook {
    private final TreeMap<Long, Page> pages = new TreeMap<>();
    private final Map<UUID, PayoutAddress> addresses = new HashMap<>();

    @Override
    public Optional<Page> last() {
        return Optional.ofNullable(pages.lastEntry()).map(Map.Entry::getValue);
    }

    @Override
    public Optional<Page> find(long epoch) {
        return Optional.ofNullable(pages.get(epoch));
    }

    @Override
    public List<Page> newest(int limit) {
        return pages.descendingMap().values().stream().limit(limit).toList();
    }

    @Override
    public void add(Page page) {
        Page before = pages.putIfAbsent(page.epoch().epoch(), page);
        if (before != null && !before.equals(page)) {
            throw new FarmException(ErrorCode.CONFLICT, "the epoch is closed");
        }
    }

    @Override
    public Optional<PayoutAddress> address(UUID account) {
        return Optional.ofNullable(addresses.get(account));
    }

    @Override
    public void name(UUID account, PayoutAddress address) {
        addresses.put(account, address);
    }
}

package farm.tilth.ledger.chain;

import farm.tilth.ledger.chain.OutboxEntry.Attempt;
import farm.tilth.ledger.chain.OutboxEntry.State;
import farm.tilth.ledger.epoch.PayoutAddress;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** The outbox's rows in memory; survives whatever happens to its users. */
final class InMemoryOutbox implements OutboxStore {
    private final Map<String, OutboxEntry> entries = new LinkedHashMap<>();

    Collection<OutboxEntry> all() {
        return entries.values();
    }

    @Override
    public OutboxEntry add(Intent intent) {
        OutboxEntry entry = entries.computeIfAbsent(
                intent.id(), _ -> new OutboxEntry(intent, State.QUEUED, OptionalLong.empty(), List.of(), 0));
        if (!entry.intent().equals(intent)) {
            throw new FarmException(ErrorCode.CONFLICT, "another intent is called " + intent.id());
        }
        return entry;
    }

    @Override
    public Optional<OutboxEntry> find(String id) {
        return Optional.ofNullable(entries.get(id));
    }

    @Override
    public List<OutboxEntry> queued(int limit) {
        return in(State.QUEUED).limit(limit).toList();
    }

    @Override
    public List<OutboxEntry> sent(PayoutAddress sender, int limit) {
        return in(State.SENT)
                .sorted(Comparator.comparing(entry -> entry.nonce().orElseThrow()))
                .limit(limit)
                .toList();
    }

    private Stream<OutboxEntry> in(State state) {
        return entries.values().stream().filter(entry -> entry.state() == state);
    }

    @Override
    public OptionalLong lastNonce(PayoutAddress sender) {
        return entries.values().stream()
                .flatMapToLong(entry -> entry.nonce().stream())
                .max();
    }

    @Override
    public void sign(String id, PayoutAddress sender, long nonce, Attempt attempt) {
        OutboxEntry entry = require(id, State.QUEUED);
        if (entries.values().stream().anyMatch(other -> other.nonce().equals(OptionalLong.of(nonce)))) {
            throw new FarmException(ErrorCode.CONFLICT, "nonce " + nonce + " is given");
        }
        entries.put(id, new OutboxEntry(entry.intent(), State.SENT, OptionalLong.of(nonce), List.of(attempt), 0));
    }

    @Override
    public void replace(String id, Attempt attempt) {
        OutboxEntry entry = require(id, State.SENT);
        List<Attempt> attempts = new ArrayList<>(entry.attempts());
        attempts.add(attempt);
        entries.put(id, new OutboxEntry(entry.intent(), State.SENT, entry.nonce(), attempts, 0));
    }

    @Override
    public void finish(String id, State state, long gasUsed) {
        OutboxEntry entry = require(id, State.SENT);
        entries.put(id, new OutboxEntry(entry.intent(), state, entry.nonce(), entry.attempts(), gasUsed));
    }

    private OutboxEntry require(String id, State state) {
        OutboxEntry entry = entries.get(id);
        if (entry == null || entry.state() != state) {
            throw new FarmException(ErrorCode.CONFLICT, "intent " + id + " is not " + state);
        }
        return entry;
    }
}

package farm.tilth.ledger.chain;

import farm.tilth.ledger.epoch.KeccakHash;
import farm.tilth.ledger.epoch.PayoutAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The mirror's rows in memory; survives whatever happens to its users. */
final class InMemoryMirror implements MirrorStore {
    private final List<Checkpoint> checkpoints = new ArrayList<>();
    private final List<ChainNode.Log> events = new ArrayList<>();
    private final Set<String> settled = new HashSet<>();

    @Override
    public Optional<Checkpoint> last() {
        return checkpoints.isEmpty() ? Optional.empty() : Optional.of(checkpoints.getLast());
    }

    @Override
    public void add(Checkpoint checkpoint, List<ChainNode.Log> added) {
        checkpoints.add(checkpoint);
        events.addAll(added);
    }

    @Override
    public void forget(Checkpoint checkpoint) {
        checkpoints.remove(checkpoint);
        long upTo = last().map(Checkpoint::block).orElse(-1L);
        events.removeIf(event -> event.block() > upTo);
    }

    @Override
    public List<ChainNode.Log> unsettled(PayoutAddress contract, KeccakHash topic, int limit) {
        return events.stream()
                .filter(event -> is(event, contract, topic) && !settled.contains(name(event)))
                .limit(limit)
                .toList();
    }

    @Override
    public Optional<ChainNode.Log> before(ChainNode.Log event, KeccakHash topic) {
        return events.stream()
                .takeWhile(other -> other != event)
                .filter(other -> is(other, event.contract(), topic)
                        && other.topics().get(1).equals(event.topics().get(1)))
                .reduce((_, later) -> later);
    }

    private static boolean is(ChainNode.Log event, PayoutAddress contract, KeccakHash topic) {
        return event.contract().equals(contract) && event.topics().getFirst().equals(topic);
    }

    @Override
    public void settle(ChainNode.Log event) {
        settled.add(name(event));
    }

    private static String name(ChainNode.Log event) {
        return event.block() + ":" + event.index();
    }

    @Override
    public Map<PayoutAddress, Long> balances(PayoutAddress token, KeccakHash transferTopic) {
        Map<PayoutAddress, Long> balances = new HashMap<>();
        balances.put(OutboxStoreContract.SENDER, FakeContracts.SUPPLY);
        for (ChainNode.Log event : events) {
            if (is(event, token, transferTopic)) {
                long amount = AbiCall.number(event.data(), 0).longValueExact();
                balances.merge(AbiCall.address(event.topics().get(1)), -amount, Long::sum);
                balances.merge(AbiCall.address(event.topics().get(2)), amount, Long::sum);
            }
        }
        return balances;
    }
}

package farm.tilth.ledger.chain;

import farm.tilth.ledger.chain.PayoutContract.PublishedRoot;
import farm.tilth.ledger.epoch.KeccakHash;
import farm.tilth.ledger.epoch.Payout;
import farm.tilth.ledger.epoch.PayoutAddress;
import farm.tilth.ledger.epoch.PayoutProof;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Token and distributor by the rules of the contracts in Solidity, as they are at the end of a block. */
final class FakeContracts {
    static final Contracts PLACES = new Contracts(
            FakeChain.ID, address(0xa0), address(0xa1), address(0xa2), address(0xa3), address(0xa4), Optional.empty());
    static final long WINDOW_SECONDS = 40;
    static final long SUPPLY = 1_000_000_000_000L;
    private static final KeccakHash CLAIMED = ChainMirror.topic("Claimed(address,address,uint256,uint256)");

    /** What a transaction did: nothing but to cost gas when it reverted. */
    record Effect(boolean succeeded, List<Event> events) {
        static final Effect REVERTED = new Effect(false, List.of());
    }

    record Event(PayoutAddress contract, List<KeccakHash> topics, byte[] data) {}

    private final Map<PayoutAddress, Long> balances = new HashMap<>();
    private final Map<PayoutAddress, Long> claimed = new HashMap<>();
    private Optional<PublishedRoot> newest = Optional.empty();
    private Optional<PublishedRoot> older = Optional.empty();

    static PayoutAddress address(int number) {
        return new PayoutAddress("0x%040x".formatted(number));
    }

    FakeContracts() {
        balances.put(OutboxStoreContract.SENDER, SUPPLY);
    }

    FakeContracts copy() {
        FakeContracts copy = new FakeContracts();
        copy.balances.putAll(balances);
        copy.claimed.putAll(claimed);
        copy.newest = newest;
        copy.older = older;
        return copy;
    }

    long totalClaimed() {
        return claimed.values().stream().mapToLong(Long::longValue).sum();
    }

    long claimed(PayoutAddress account) {
        return claimed.getOrDefault(account, 0L);
    }

    long balance(PayoutAddress holder) {
        return balances.getOrDefault(holder, 0L);
    }

    List<PublishedRoot> roots() {
        return List.of(newest, older).stream().flatMap(Optional::stream).toList();
    }

    Effect execute(FakeChain.Transaction transaction, long timestamp) {
        byte[] data = transaction.data();
        if (is(data, "transfer(address,uint256)")) {
            return transfer(OutboxStoreContract.SENDER, account(data, 0), amount(data, 1), new ArrayList<>());
        }
        if (is(data, "publish(uint64,bytes32,uint128)")) {
            return publish(amount(data, 0), hash(data, 1), amount(data, 2), timestamp);
        }
        if (is(data, "claim(address,uint256,bytes32[])")) {
            return claim(data, timestamp);
        }
        return new Effect(true, List.of());
    }

    private Effect transfer(PayoutAddress from, PayoutAddress to, long amount, List<Event> events) {
        if (balance(from) < amount) {
            return Effect.REVERTED;
        }
        balances.merge(from, -amount, Long::sum);
        balances.merge(to, amount, Long::sum);
        events.addFirst(new Event(
                PLACES.token(), List.of(ChainMirror.TRANSFER, topic(from), topic(to)), AbiCall.arguments(amount)));
        return new Effect(true, events);
    }

    private Effect publish(long epoch, KeccakHash root, long total, long timestamp) {
        long covered = balance(PLACES.distributor()) + totalClaimed();
        boolean open = newest.isPresent() && newest.get().claimableAt() > timestamp;
        boolean stale = newest.isPresent()
                && (epoch <= newest.get().epoch() || total < newest.get().total());
        if (open || stale || total > covered) {
            return Effect.REVERTED;
        }
        older = newest;
        newest = Optional.of(new PublishedRoot(root, epoch, timestamp + WINDOW_SECONDS, total));
        return new Effect(true, List.of());
    }

    private Effect claim(byte[] data, long timestamp) {
        PayoutAddress account = account(data, 0);
        long cumulative = amount(data, 1);
        int hashes = (int) amount(data, 3);
        List<KeccakHash> proof = new ArrayList<>();
        for (int i = 0; i < hashes; i++) {
            proof.add(hash(data, 4 + i));
        }
        Optional<PublishedRoot> root = claimable(timestamp);
        boolean proved = root.isPresent()
                && new PayoutProof(new Payout(account, cumulative), proof)
                        .leadsTo(root.get().root(), new Web3jKeccak());
        long amount = cumulative - claimed(account);
        if (!proved || amount <= 0 || totalClaimed() + amount > root.get().total()) {
            return Effect.REVERTED;
        }
        claimed.put(account, cumulative);
        List<Event> events = new ArrayList<>();
        events.add(new Event(
                PLACES.distributor(),
                List.of(CLAIMED, topic(account)),
                AbiCall.arguments(account, amount, cumulative)));
        return transfer(PLACES.distributor(), account, amount, events);
    }

    private Optional<PublishedRoot> claimable(long timestamp) {
        return newest.filter(root -> root.claimableAt() <= timestamp).or(() -> older);
    }

    byte[] answer(byte[] data, long timestamp) {
        if (is(data, "claimable()")) {
            return words(claimable(timestamp));
        }
        if (is(data, "pending()")) {
            return words(newest.filter(root -> root.claimableAt() > timestamp));
        }
        if (is(data, "claimed(address)")) {
            return AbiCall.arguments(claimed(account(data, 0)));
        }
        if (is(data, "balanceOf(address)")) {
            return AbiCall.arguments(balance(account(data, 0)));
        }
        return AbiCall.arguments(is(data, "totalClaimed()") ? totalClaimed() : 0L);
    }

    private static byte[] words(Optional<PublishedRoot> root) {
        return root.map(r -> AbiCall.arguments(r.root(), r.epoch(), r.claimableAt(), r.total()))
                .orElse(new byte[128]);
    }

    private static boolean is(byte[] data, String signature) {
        return data.length >= 4 && Arrays.equals(AbiCall.of(signature), Arrays.copyOf(data, 4));
    }

    private static byte[] word(byte[] data, int index) {
        return Arrays.copyOfRange(data, 4 + 32 * index, 36 + 32 * index);
    }

    private static long amount(byte[] data, int index) {
        return ByteBuffer.wrap(word(data, index)).getLong(24);
    }

    private static KeccakHash hash(byte[] data, int index) {
        return KeccakHash.fromBytes(word(data, index));
    }

    private static PayoutAddress account(byte[] data, int index) {
        return AbiCall.address(hash(data, index));
    }

    private static KeccakHash topic(PayoutAddress address) {
        return KeccakHash.fromBytes(AbiCall.arguments(address));
    }
}

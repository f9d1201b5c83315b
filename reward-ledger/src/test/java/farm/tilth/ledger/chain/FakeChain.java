package farm.tilth.ledger.chain;

import farm.tilth.ledger.epoch.KeccakHash;
import farm.tilth.ledger.epoch.PayoutAddress;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.web3j.crypto.Hash;
import org.web3j.rlp.RlpDecoder;
import org.web3j.rlp.RlpList;
import org.web3j.rlp.RlpString;

/**
 * A chain with one sender, which makes a block when it is told to, loses blocks when it is told to, and forgets what
 * waits. It takes transactions by the rules of real nodes.
 */
final class FakeChain implements ChainNode {
    static final long ID = 77;

    /** A transaction as the chain understands it. */
    record Transaction(
            KeccakHash hash,
            long nonce,
            long tip,
            long maxFee,
            Optional<PayoutAddress> to,
            byte[] data,
            byte[] signed) {}

    private record FakeBlock(
            Block block, List<Transaction> transactions, List<FakeContracts.Effect> effects, FakeContracts after) {}

    private final Random random;
    private final List<FakeBlock> blocks = new ArrayList<>();
    private final Map<Long, Transaction> waiting = new TreeMap<>();
    private final Map<KeccakHash, Transaction> everSeen = new HashMap<>();
    private long baseFee = 1_000_000_000L;

    FakeChain(long seed) {
        random = new Random(seed);
        append(List.of());
    }

    // ---- what happens to it ----

    void setBaseFee(long fee) {
        baseFee = fee;
    }

    /** Includes at most {@code most} of the transactions that can pay. */
    void mine(int most) {
        List<Transaction> included = new ArrayList<>();
        long next = nonce(OutboxStoreContract.SENDER, head().number());
        while (included.size() < most && waiting.containsKey(next)) {
            Transaction transaction = waiting.get(next);
            if (transaction.maxFee() < baseFee) {
                break;
            }
            waiting.remove(next++);
            included.add(transaction);
        }
        append(included);
    }

    /** Takes a transaction that is not the farm's. */
    void include(Transaction foreign) {
        append(List.of(foreign));
    }

    /** Loses the last blocks and makes one more than that; what was in them waits again, or is forgotten. */
    void reorganise(int depth, double forgotten) {
        int lost = Math.min(depth, blocks.size() - 1);
        for (int i = 0; i < lost; i++) {
            for (Transaction transaction : blocks.removeLast().transactions()) {
                if (random.nextDouble() >= forgotten) {
                    waiting.put(transaction.nonce(), transaction);
                }
            }
        }
        for (int i = 0; i <= lost; i++) {
            mine(random.nextInt(3));
        }
    }

    /** Forgets some of what waits, as a node does that restarts. */
    void forget() {
        waiting.values().removeIf(_ -> random.nextBoolean());
    }

    private void append(List<Transaction> transactions) {
        long number = blocks.size();
        byte[] salt = new byte[32];
        random.nextBytes(salt);
        Block block = new Block(number, KeccakHash.fromBytes(salt), baseFee, 1_700_000_000L + 12 * number);
        FakeContracts state = blocks.isEmpty()
                ? new FakeContracts()
                : blocks.getLast().after().copy();
        List<FakeContracts.Effect> effects = transactions.stream()
                .map(transaction -> state.execute(transaction, block.timestamp()))
                .toList();
        blocks.add(new FakeBlock(block, transactions, effects, state));
    }

    // ---- what is to be seen of it ----

    /** Every transaction of the canonical chain, in order. */
    List<Transaction> included() {
        return blocks.stream().flatMap(block -> block.transactions().stream()).toList();
    }

    /** What the contracts say at the end of the newest block. */
    FakeContracts contracts() {
        return blocks.getLast().after();
    }

    Map<KeccakHash, Transaction> everSeen() {
        return everSeen;
    }

    @Override
    public long chainId() {
        return ID;
    }

    @Override
    public Block head() {
        return blocks.getLast().block();
    }

    @Override
    public Optional<Block> block(long number) {
        return number < blocks.size() ? Optional.of(blocks.get((int) number).block()) : Optional.empty();
    }

    @Override
    public long nonce(PayoutAddress account, long atBlock) {
        return blocks.stream()
                .limit(atBlock + 1)
                .mapToLong(block -> block.transactions().size())
                .sum();
    }

    @Override
    public Optional<Inclusion> inclusion(KeccakHash transaction) {
        for (FakeBlock block : blocks) {
            for (int i = 0; i < block.transactions().size(); i++) {
                if (block.transactions().get(i).hash().equals(transaction)) {
                    return Optional.of(new Inclusion(
                            block.block().number(),
                            block.block().hash(),
                            block.effects().get(i).succeeded(),
                            50_000,
                            Optional.empty()));
                }
            }
        }
        return Optional.empty();
    }

    @Override
    public Reception send(byte[] signedTransaction) {
        Transaction transaction = decode(signedTransaction);
        everSeen.put(transaction.hash(), transaction);
        if (transaction.nonce() < nonce(OutboxStoreContract.SENDER, head().number())) {
            return Reception.NONCE_TOO_LOW;
        }
        Transaction before = waiting.get(transaction.nonce());
        if (before != null && before.hash().equals(transaction.hash())) {
            return Reception.ALREADY_KNOWN;
        }
        if (before != null
                && (transaction.maxFee() * 10 < before.maxFee() * 11 || transaction.tip() * 10 < before.tip() * 11)) {
            return Reception.UNDERPRICED;
        }
        waiting.put(transaction.nonce(), transaction);
        return Reception.ACCEPTED;
    }

    @Override
    public byte[] call(PayoutAddress contract, byte[] data, long atBlock) {
        FakeBlock block = blocks.get((int) atBlock);
        return block.after().answer(data, block.block().timestamp());
    }

    @Override
    public List<Log> logs(List<PayoutAddress> contracts, long fromBlock, long toBlock) {
        List<Log> logs = new ArrayList<>();
        for (long number = fromBlock; number <= toBlock; number++) {
            FakeBlock block = blocks.get((int) number);
            int index = othersLogs(block);
            for (int i = 0; i < block.transactions().size(); i++) {
                for (FakeContracts.Event event : block.effects().get(i).events()) {
                    logs.add(new Log(
                            number,
                            block.block().hash(),
                            index++,
                            block.transactions().get(i).hash(),
                            event.contract(),
                            event.topics(),
                            event.data()));
                }
            }
        }
        return logs;
    }

    /** Others' logs come before the farm's: as many as chance has it, so that a lost block's return with new numbers. */
    private static int othersLogs(FakeBlock block) {
        return block.block().hash().bytes()[0] & 63;
    }

    static Transaction decode(byte[] signed) {
        byte[] body = new byte[signed.length - 1];
        System.arraycopy(signed, 1, body, 0, body.length);
        var fields = ((RlpList) RlpDecoder.decode(body).getValues().getFirst()).getValues();
        byte[] to = ((RlpString) fields.get(5)).getBytes();
        return new Transaction(
                KeccakHash.fromBytes(Hash.sha3(signed)),
                number(fields.get(1)),
                number(fields.get(2)),
                number(fields.get(3)),
                to.length == 0
                        ? Optional.empty()
                        : Optional.of(new PayoutAddress("0x" + HexFormat.of().formatHex(to))),
                ((RlpString) fields.get(7)).getBytes(),
                ByteBuffer.wrap(signed).array());
    }

    private static long number(Object field) {
        return new BigInteger(1, ((RlpString) field).getBytes()).longValueExact();
    }
}

package farm.tilth.protocol.result;

import farm.tilth.protocol.Digest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Audits an exported log with nothing but its anchors: the hash chain comes to what the farm signed, no transfer is made
 * twice, holds end once, and no account spends what it has not. Take the transfers one by one, then {@link #finish}.
 */
public final class LedgerCheck {
    private static final int MAX_FINDINGS = 100;
    private static final Set<String> SOURCES = Set.of("treasury", "chain_in");

    private final Deque<LedgerAnchor> anchors;
    private final List<String> findings = new ArrayList<>();
    private final Set<String> ids = new HashSet<>();
    private final Map<String, SealedTransfer> openHolds = new HashMap<>();
    private final Map<String, Long> available = new HashMap<>();
    private Digest hash = SealedTransfer.START;
    private long number;
    private long transfers;
    private long anchored;

    /**
     * @param anchors in any order
     * @param farmKey the key that has to have signed them, when it is known from elsewhere
     */
    public LedgerCheck(List<LedgerAnchor> anchors, Optional<byte[]> farmKey) {
        this.anchors = new ArrayDeque<>(anchors.stream()
                .sorted(Comparator.comparingLong(LedgerAnchor::transfers))
                .toList());
        for (LedgerAnchor anchor : anchors) {
            require(anchor.holds(), "the signature of anchor " + anchor.seal() + " is not its key's");
            farmKey.ifPresent(key -> require(
                    Arrays.equals(key, anchor.farmKey()), "anchor " + anchor.seal() + " is of another farm's key"));
        }
    }

    /**
     * What was found.
     *
     * @param anchored how many of the transfers an anchor covers
     * @param findings what does not hold, for people; at most 100
     */
    public record Outcome(long transfers, long anchored, List<String> findings) {
        public Outcome {
            findings = List.copyOf(findings);
        }

        public boolean holds() {
            return findings.isEmpty();
        }
    }

    /** The next transfer of the log. */
    public void take(SealedTransfer transfer) {
        String name = "transfer " + transfer.number() + ": ";
        require(transfer.number() > number, name + "it comes after number " + number);
        require(ids.add(transfer.id()), name + "its id " + transfer.id() + " was there before");
        require(transfer.amount() > 0, name + "its amount is " + transfer.amount());
        number = transfer.number();
        hash = transfer.hash(hash);
        transfers++;
        move(transfer, name);
        while (!anchors.isEmpty() && anchors.peekFirst().transfers() <= transfers) {
            compare(anchors.removeFirst());
        }
    }

    private void compare(LedgerAnchor anchor) {
        boolean same = anchor.transfers() == transfers
                && anchor.lastTransfer() == number
                && anchor.hash().equals(hash);
        require(
                same,
                "the log up to transfer " + number + " is not the one that anchor " + anchor.seal()
                        + " was signed for: it was changed");
        anchored = transfers;
    }

    private void move(SealedTransfer transfer, String name) {
        switch (transfer.step()) {
            case "DIRECT" -> {
                spend(transfer.debit(), transfer.amount(), name);
                give(transfer.credit(), transfer.amount());
            }
            case "HOLD" -> {
                spend(transfer.debit(), transfer.amount(), name);
                openHolds.put(transfer.id(), transfer);
            }
            case "POST", "RELEASE", "EXPIRE" -> end(transfer, name);
            default -> require(false, name + "there is no step " + transfer.step());
        }
    }

    private void end(SealedTransfer transfer, String name) {
        SealedTransfer hold = openHolds.remove(transfer.resolves());
        if (hold == null) {
            require(false, name + "it ends the hold " + transfer.resolves() + ", which is not open");
            return;
        }
        boolean posts = transfer.step().equals("POST");
        require(
                hold.debit().equals(transfer.debit())
                        && hold.credit().equals(transfer.credit())
                        && (posts ? transfer.amount() <= hold.amount() : transfer.amount() == hold.amount()),
                name + "it is not what its hold was for");
        give(hold.debit(), posts ? hold.amount() - transfer.amount() : hold.amount());
        if (posts) {
            give(transfer.credit(), transfer.amount());
        }
    }

    private void spend(String account, long amount, String name) {
        long rest = available.merge(account, -amount, Long::sum);
        require(rest >= 0 || SOURCES.contains(account), name + account + " spends " + -rest + " more than it has");
    }

    private void give(String account, long amount) {
        available.merge(account, amount, Long::sum);
    }

    /** After the last transfer. */
    public Outcome finish() {
        for (LedgerAnchor anchor : anchors) {
            require(
                    false,
                    "anchor " + anchor.seal() + " covers " + anchor.transfers() + " transfers, the log has " + transfers
                            + ": some were taken away, or not exported");
        }
        return new Outcome(transfers, anchored, findings);
    }

    private void require(boolean condition, String finding) {
        if (!condition && findings.size() < MAX_FINDINGS) {
            findings.add(finding);
        }
    }
}

package farm.tilth.ledger.epoch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.bouncycastle.jcajce.provider.digest.Keccak;
import org.junit.jupiter.api.Test;

class PayoutTreeTest {
    private static final Keccak256 KECCAK = content -> new Keccak.Digest256().digest(content);
    private static final BigInteger ONES = new BigInteger("11".repeat(20), 16);

    /** Made by @openzeppelin/merkle-tree 1.0.8 for the payouts of {@link #payouts}. */
    private static final Map<Integer, String> ROOTS = Map.of(
            1, "0xd6cd66c42826b2700e35a35572bdb4f84556384413c81d758e023d4edc5a885c",
            2, "0xb981939e3778b3f721ac7f68e73fa4d3c563fe715c15b47a857be238994e6f4c",
            3, "0x5360bfd85bf700ab9ef61920e667f1a5de308fbb8bc6853f0ca861739f588624",
            5, "0x30abc12d0863807ccdb545c825b95cb21b62d62a43a516128664c89f8b3f9ce6",
            8, "0x5cba1a68e837015d5f4c0466fe12a81211976a8f926620b2e1cc21b17f7f617a");

    @Test
    void rootsAreOpenZeppelins() {
        ROOTS.forEach(
                (size, root) -> assertEquals(root, tree(payouts(size)).root().hex(), "of " + size));
    }

    @Test
    void proofsAreOpenZeppelins() {
        assertEquals(
                List.of(
                        "0x9c82b83d8b81be46d5ea517c0f60fada4d56aecd0e5dab3a8e7a498abeb60547",
                        "0x01345aee336524856ce000aceb6e1c42d959d74556e7661a0ad57e81fedbd720"),
                hexProof(1));
        assertEquals(
                List.of(
                        "0x918868aa15638f50c9d16aa599845f109dece78a4a25b9d0b4c24908e200a43e",
                        "0xd6cd66c42826b2700e35a35572bdb4f84556384413c81d758e023d4edc5a885c",
                        "0x01345aee336524856ce000aceb6e1c42d959d74556e7661a0ad57e81fedbd720"),
                hexProof(2));
        assertEquals(
                List.of(
                        "0xd2cb8ce8b38314b09486b4f4d042d282c12f5298e3e7abe1f8d1b3bc5abc9462",
                        "0x5360bfd85bf700ab9ef61920e667f1a5de308fbb8bc6853f0ca861739f588624"),
                hexProof(5));
    }

    @Test
    void everyProofOfEverySizeLeadsToTheRootByTheContractsRule() {
        for (int size = 1; size <= 40; size++) {
            List<Payout> payouts = payouts(size);
            PayoutTree tree = tree(payouts);
            for (Payout payout : payouts) {
                PayoutProof proof = tree.proof(payout.address()).orElseThrow();
                assertTrue(proof.leadsTo(tree.root(), KECCAK));
                assertEquals(tree.root().hex(), contractsRoot(payout, proof.hashes()));
            }
        }
    }

    @Test
    void orderOfThePayoutsDoesNotMatter() {
        List<Payout> payouts = new ArrayList<>(payouts(17));
        KeccakHash root = tree(payouts).root();
        Collections.shuffle(payouts, new Random(3));
        assertEquals(root, tree(payouts).root());
    }

    @Test
    void changedPayoutOrProofLeadsNowhere() {
        PayoutTree tree = tree(payouts(9));
        PayoutProof proof = tree.proof(address(4)).orElseThrow();
        Payout more = new Payout(address(4), proof.payout().cumulative() + 1);
        Payout other = new Payout(address(5), proof.payout().cumulative());
        List<KeccakHash> shorter = proof.hashes().subList(1, proof.hashes().size());
        assertFalse(new PayoutProof(more, proof.hashes()).leadsTo(tree.root(), KECCAK));
        assertFalse(new PayoutProof(other, proof.hashes()).leadsTo(tree.root(), KECCAK));
        assertFalse(new PayoutProof(proof.payout(), shorter).leadsTo(tree.root(), KECCAK));
        assertFalse(proof.leadsTo(tree(payouts(8)).root(), KECCAK));
    }

    @Test
    void addressWithoutAPayoutHasNoProof() {
        assertEquals(Optional.empty(), tree(payouts(3)).proof(address(4)));
    }

    @Test
    void impossibleTreesAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> tree(List.of()));
        List<Payout> twice = List.of(new Payout(address(1), 5), new Payout(address(1), 6));
        assertThrows(IllegalArgumentException.class, () -> tree(twice));
        assertThrows(IllegalArgumentException.class, () -> new Payout(address(1), 0));
    }

    @Test
    void addressesAndHashesAreReadStrictly() {
        assertEquals(
                "0x9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f",
                PayoutAddress.parse("0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F")
                        .hex());
        for (String text : List.of("", "0x", "9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f", "0x" + "g".repeat(40))) {
            assertThrows(FarmException.class, () -> PayoutAddress.parse(text));
            assertThrows(FarmException.class, () -> KeccakHash.parse(text));
        }
        PayoutProof proof = tree(payouts(5)).proof(address(2)).orElseThrow();
        assertEquals(proof, Json.read(Json.write(proof), PayoutProof.class));
    }

    /** OpenZeppelin's MerkleProof.processProof over the leaf of StandardMerkleTree, written again from their text. */
    private static String contractsRoot(Payout payout, List<KeccakHash> proof) {
        byte[] word = new byte[64];
        byte[] amount = BigInteger.valueOf(payout.cumulative()).toByteArray();
        System.arraycopy(HexFormat.of().parseHex(payout.address().hex().substring(2)), 0, word, 12, 20);
        System.arraycopy(amount, 0, word, 64 - amount.length, amount.length);
        byte[] computed = KECCAK.hash(KECCAK.hash(word));
        for (KeccakHash element : proof) {
            byte[] sibling = element.bytes();
            boolean first = Arrays.compareUnsigned(computed, sibling) < 0;
            byte[] pair = Arrays.copyOf(first ? computed : sibling, 64);
            System.arraycopy(first ? sibling : computed, 0, pair, 32, 32);
            computed = KECCAK.hash(pair);
        }
        return "0x" + HexFormat.of().formatHex(computed);
    }

    private static List<String> hexProof(int place) {
        return tree(payouts(5)).proof(address(place)).orElseThrow().hashes().stream()
                .map(KeccakHash::hex)
                .toList();
    }

    private static PayoutTree tree(List<Payout> payouts) {
        return new PayoutTree(payouts, KECCAK);
    }

    private static List<Payout> payouts(int size) {
        List<Payout> payouts = new ArrayList<>();
        for (int i = 1; i <= size; i++) {
            payouts.add(new Payout(address(i), i * 1_000_000L + 7));
        }
        return payouts;
    }

    private static PayoutAddress address(int i) {
        BigInteger value = ONES.multiply(BigInteger.valueOf(i)).mod(BigInteger.TWO.pow(160));
        return PayoutAddress.parse("0x" + "%040x".formatted(value));
    }
}

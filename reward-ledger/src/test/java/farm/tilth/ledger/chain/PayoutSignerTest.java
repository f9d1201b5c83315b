package farm.tilth.ledger.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import farm.tilth.ledger.epoch.ClosedEpoch;
import farm.tilth.ledger.epoch.KeccakHash;
import farm.tilth.protocol.FarmException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PayoutSignerTest {
    private static final ChainKey KEY = ChainKey.parse("0x" + "46".repeat(32));
    private static final BigInteger ORDER =
            new BigInteger("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16);

    private final ClosedEpoch epoch =
            epoch(3, "0x30abc12d0863807ccdb545c825b95cb21b62d62a43a516128664c89f8b3f9ce6", 15_000_035);

    @Test
    void keccakIsTheOneBeforeSha3() {
        Web3jKeccak keccak = new Web3jKeccak();
        assertEquals(
                "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470",
                HexFormat.of().formatHex(keccak.hash(new byte[0])));
        assertEquals(
                "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45",
                HexFormat.of().formatHex(keccak.hash("abc".getBytes(StandardCharsets.UTF_8))));
    }

    @Test
    void addressFollowsFromTheKey() {
        assertEquals("0x9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f", KEY.address().hex());
    }

    /** The expected values are those of ethers 6.17 for the same typed data and key. */
    @Test
    void signaturesAreThoseOfOtherPrograms() {
        PayoutSigner offChain = new PayoutSigner(0);
        assertEquals(
                "0xbfbc8e432acd9aae64b51db0e4539d22b0631127b2bc99d804078908814214d3",
                offChain.hash(epoch).hex());
        assertEquals(
                "0x4a569fc28e9eaeb38f984bdcd58572813abe295d9f1c076a4fea4f9c62343e8c"
                        + "260f2d4e3c86aaf41e963fa673d6bee3f4addfa0f030b0f0582aa17a961e3b931b",
                offChain.sign(epoch, KEY));
        ClosedEpoch largest = epoch(
                Long.MAX_VALUE, "0xb981939e3778b3f721ac7f68e73fa4d3c563fe715c15b47a857be238994e6f4c", Long.MAX_VALUE);
        assertEquals(
                "0xabe729020d2a4cd90f9ddcbc47290b673e2f9f9d60807e5abcd7898beb37d8a2"
                        + "42bcda3aed408f3bf858c493956a24162954610e12a1ff9853caffce1051252f1c",
                new PayoutSigner(31_337).sign(largest, KEY));
    }

    @Test
    void signerIsRecoveredForThisStatementAlone() {
        PayoutSigner signer = new PayoutSigner(7);
        ChainKey key = ChainKey.generate();
        String signature = signer.sign(epoch, key);
        assertEquals(Optional.of(key.address()), signer.signer(epoch, signature));
        assertNotEquals(
                Optional.of(key.address()),
                signer.signer(epoch(4, epoch.payoutRoot().hex(), epoch.total()), signature));
        assertNotEquals(
                Optional.of(key.address()),
                signer.signer(epoch(3, epoch.payoutRoot().hex(), epoch.total() + 1), signature));
        assertNotEquals(Optional.of(key.address()), new PayoutSigner(8).signer(epoch, signature));
    }

    @Test
    void secondFormOfASignatureIsRefused() {
        PayoutSigner signer = new PayoutSigner(0);
        String signature = signer.sign(epoch, KEY);
        BigInteger s = new BigInteger(signature.substring(66, 130), 16);
        String v = signature.endsWith("1b") ? "1c" : "1b";
        String mirrored = signature.substring(0, 66) + "%064x".formatted(ORDER.subtract(s)) + v;
        assertEquals(Optional.empty(), signer.signer(epoch, mirrored));
    }

    @Test
    void whatIsNoSignatureHasNoSigner() {
        PayoutSigner signer = new PayoutSigner(0);
        String signature = signer.sign(epoch, KEY);
        for (String text : List.of(
                "",
                "0x",
                signature.substring(2),
                signature + "00",
                signature.substring(0, 130) + "1d",
                "0x" + "0".repeat(128) + "1b",
                "0x" + "f".repeat(64) + signature.substring(66))) {
            assertEquals(Optional.empty(), signer.signer(epoch, text), text);
        }
    }

    @Test
    void whatIsNoKeyIsRefusedWithoutRepeatingIt() {
        for (String text : List.of("", "0x1234", "zz".repeat(32), "00".repeat(32), "ff".repeat(32))) {
            FarmException e = assertThrows(FarmException.class, () -> ChainKey.parse(text));
            assertFalse(text.length() > 10 && e.getMessage().contains(text));
        }
    }

    private static ClosedEpoch epoch(long epoch, String root, long total) {
        return new ClosedEpoch(epoch, KeccakHash.parse(root), total, 0, List.of());
    }
}

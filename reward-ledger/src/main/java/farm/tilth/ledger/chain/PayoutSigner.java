package farm.tilth.ledger.chain;

import farm.tilth.ledger.epoch.ClosedEpoch;
import farm.tilth.ledger.epoch.KeccakHash;
import farm.tilth.ledger.epoch.PayoutAddress;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SignatureException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.web3j.crypto.Hash;
import org.web3j.crypto.Sign;

/**
 * The operator's word on an epoch's payout root: an EIP-712 signature over
 * {@code PayoutRoot(uint256 epoch, bytes32 root, uint256 total)} in the domain (Tilth, 1, chain). A contract can check
 * the same signature.
 */
public final class PayoutSigner {
    private static final byte[] DOMAIN_TYPE = keccak("EIP712Domain(string name,string version,uint256 chainId)");
    private static final byte[] ROOT_TYPE = keccak("PayoutRoot(uint256 epoch,bytes32 root,uint256 total)");
    private static final BigInteger HALF_ORDER = Sign.CURVE_PARAMS.getN().shiftRight(1);

    private final long chainId;

    /** {@code chainId} is 0 while there is no chain; a signature for one chain is none for another. */
    public PayoutSigner(long chainId) {
        this.chainId = chainId;
    }

    /** 65 bytes, r ‖ s ‖ v, as 0x and hexadecimal digits. */
    public String sign(ClosedEpoch epoch, ChainKey key) {
        return "0x" + HexFormat.of().formatHex(key.sign(hash(epoch)));
    }

    /**
     * Who signed the epoch's root; empty when the text is no signature. A signature with the higher s is refused: it
     * would be a second one for the same statement.
     */
    public Optional<PayoutAddress> signer(ClosedEpoch epoch, String signature) {
        if (!signature.matches("0x[0-9a-f]{130}")) {
            return Optional.empty();
        }
        byte[] bytes = HexFormat.of().parseHex(signature, 2, signature.length());
        byte[] s = Arrays.copyOfRange(bytes, 32, 64);
        byte v = bytes[64];
        if (v != 27 && v != 28 || new BigInteger(1, s).compareTo(HALF_ORDER) > 0) {
            return Optional.empty();
        }
        try {
            BigInteger publicKey = Sign.signedMessageHashToKey(
                    hash(epoch).bytes(), new Sign.SignatureData(v, Arrays.copyOfRange(bytes, 0, 32), s));
            return Optional.of(ChainKey.addressOf(publicKey));
        } catch (SignatureException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The statement as wallets and signers take it (eth_signTypedData_v4). */
    Map<String, Object> typedData(ClosedEpoch epoch) {
        return Map.of(
                "types",
                Map.of(
                        "EIP712Domain",
                        List.of(field("name", "string"), field("version", "string"), field("chainId", "uint256")),
                        "PayoutRoot",
                        List.of(field("epoch", "uint256"), field("root", "bytes32"), field("total", "uint256"))),
                "primaryType",
                "PayoutRoot",
                "domain",
                Map.of("name", "Tilth", "version", "1", "chainId", chainId),
                "message",
                Map.of(
                        "epoch",
                        String.valueOf(epoch.epoch()),
                        "root",
                        epoch.payoutRoot().hex(),
                        "total",
                        String.valueOf(epoch.total())));
    }

    private static Map<String, String> field(String name, String type) {
        return Map.of("name", name, "type", type);
    }

    /** The hash that is signed: keccak(0x1901 ‖ domain ‖ struct). */
    KeccakHash hash(ClosedEpoch epoch) {
        byte[] domain = Hash.sha3(ByteBuffer.allocate(128)
                .put(DOMAIN_TYPE)
                .put(keccak("Tilth"))
                .put(keccak("1"))
                .putLong(120, chainId)
                .array());
        byte[] struct = Hash.sha3(ByteBuffer.allocate(128)
                .put(ROOT_TYPE)
                .putLong(56, epoch.epoch())
                .put(64, epoch.payoutRoot().bytes())
                .putLong(120, epoch.total())
                .array());
        return KeccakHash.fromBytes(Hash.sha3(ByteBuffer.allocate(66)
                .put((byte) 0x19)
                .put((byte) 0x01)
                .put(domain)
                .put(struct)
                .array()));
    }

    private static byte[] keccak(String text) {
        return Hash.sha3(text.getBytes(StandardCharsets.UTF_8));
    }
}

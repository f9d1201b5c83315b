package farm.tilth.ledger.chain;

import farm.tilth.ledger.epoch.KeccakHash;
import farm.tilth.ledger.epoch.PayoutAddress;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
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
 * A payer's word that no more than {@code cap} may ever be taken from its deposit, and nothing after the deadline: an
 * EIP-712 signature that the escrow's contract checks again.
 *
 * @param cap in the smallest unit, over the deposit's whole life
 * @param deadline in seconds since 1970
 * @param signature r ‖ s ‖ v as 0x and hexadecimal digits
 */
public record SpendingCap(PayoutAddress payer, long cap, long deadline, String signature) {
    private static final byte[] DOMAIN_TYPE =
            keccak("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    private static final byte[] CAP_TYPE = keccak("SpendingCap(address payer,uint256 cap,uint256 deadline)");
    private static final long GAS = 250_000;

    public SpendingCap {
        if (cap <= 0 || deadline <= 0 || !signature.matches("0x[0-9a-fA-F]{130}")) {
            throw new FarmException(
                    ErrorCode.INVALID_REQUEST,
                    "a spending cap has a cap and a deadline over 0, and a signature of 65 bytes in hexadecimal");
        }
    }

    /** Signs one; for wallets on this side of the chain, and tests. */
    public static SpendingCap sign(ChainKey payer, long cap, long deadline, Contracts contracts) {
        byte[] signature = payer.sign(hash(payer.address(), cap, deadline, contracts));
        return new SpendingCap(
                payer.address(), cap, deadline, "0x" + HexFormat.of().formatHex(signature));
    }

    /** The statement as wallets show and sign it (eth_signTypedData_v4). */
    public static Map<String, Object> typedData(PayoutAddress payer, long cap, long deadline, Contracts contracts) {
        return Map.of(
                "types",
                Map.of(
                        "EIP712Domain",
                        List.of(
                                field("name", "string"),
                                field("version", "string"),
                                field("chainId", "uint256"),
                                field("verifyingContract", "address")),
                        "SpendingCap",
                        List.of(field("payer", "address"), field("cap", "uint256"), field("deadline", "uint256"))),
                "primaryType",
                "SpendingCap",
                "domain",
                Map.of(
                        "name",
                        "TilthEscrow",
                        "version",
                        "1",
                        "chainId",
                        contracts.chainId(),
                        "verifyingContract",
                        contracts.escrow().hex()),
                "message",
                Map.of("payer", payer.hex(), "cap", String.valueOf(cap), "deadline", String.valueOf(deadline)));
    }

    private static Map<String, String> field(String name, String type) {
        return Map.of("name", name, "type", type);
    }

    /** The charge of the whole cap; what was charged before counts. */
    Intent charge(Contracts contracts) {
        byte[] call = AbiCall.of(
                "settle((address,uint256,uint256),uint256,uint256,bytes)", payer, cap, deadline, cap, 0L, bytes());
        return new Intent("charge:" + payer + ":" + cap, Optional.of(contracts.escrow()), call, GAS);
    }

    /**
     * Refuses what the contract would refuse, before it costs gas.
     *
     * @param now in seconds since 1970
     * @throws FarmException with INVALID_REQUEST when the payer did not sign it for this chain, or its time is over
     */
    void check(Contracts contracts, long now) {
        if (deadline <= now) {
            throw new FarmException(ErrorCode.INVALID_REQUEST, "the spending cap's time is over");
        }
        byte[] bytes = bytes();
        try {
            BigInteger publicKey = Sign.signedMessageHashToKey(
                    hash(payer, cap, deadline, contracts).bytes(),
                    new Sign.SignatureData(
                            bytes[64], Arrays.copyOfRange(bytes, 0, 32), Arrays.copyOfRange(bytes, 32, 64)));
            if (ChainKey.addressOf(publicKey).equals(payer)) {
                return;
            }
        } catch (SignatureException | IllegalArgumentException e) {
            throw wrongSignature(e);
        }
        throw wrongSignature(null);
    }

    private FarmException wrongSignature(Exception cause) {
        return new FarmException(
                ErrorCode.INVALID_REQUEST, payer + " did not sign this cap for this chain's escrow", cause);
    }

    private byte[] bytes() {
        return HexFormat.of().parseHex(signature, 2, signature.length());
    }

    private static KeccakHash hash(PayoutAddress payer, long cap, long deadline, Contracts contracts) {
        byte[] domain = Hash.sha3(ByteBuffer.allocate(160)
                .put(DOMAIN_TYPE)
                .put(keccak("TilthEscrow"))
                .put(keccak("1"))
                .putLong(120, contracts.chainId())
                .put(140, contracts.escrow().bytes())
                .array());
        byte[] struct = Hash.sha3(ByteBuffer.allocate(128)
                .put(CAP_TYPE)
                .put(44, payer.bytes())
                .putLong(88, cap)
                .putLong(120, deadline)
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

package farm.tilth.ledger.chain;

import com.fasterxml.jackson.databind.JsonNode;
import farm.tilth.ledger.epoch.ClosedEpoch;
import farm.tilth.ledger.epoch.PayoutAddress;
import java.math.BigInteger;
import java.net.URI;
import java.security.SignatureException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.web3j.crypto.Sign;
import org.web3j.rlp.RlpDecoder;
import org.web3j.rlp.RlpList;
import org.web3j.rlp.RlpString;
import org.web3j.rlp.RlpType;

/**
 * A signer outside this program that keeps the key to itself: it is asked over JSON-RPC ({@code eth_signTransaction},
 * {@code eth_signTypedData_v4}). What it answers counts only when it is exactly what was asked for, signed by the
 * operator's address.
 */
public final class ExternalSigner implements TransactionSigner, AutoCloseable {
    private static final int SIGNATURE_FIELDS = 3;

    private final JsonRpc rpc;
    private final PayoutAddress address;

    /** {@code timeout} is the longest that an answer may take, people's approval included. */
    public ExternalSigner(URI uri, PayoutAddress address, Duration timeout) {
        this.rpc = new JsonRpc("the signer", uri, timeout);
        this.address = address;
    }

    @Override
    public PayoutAddress address() {
        return address;
    }

    /** Throws UNAVAILABLE when the signer refuses, hangs, or signs something else. */
    @Override
    public byte[] sign(ChainTransaction transaction) {
        JsonNode result = rpc.result("eth_signTransaction", asked(transaction));
        byte[] raw = bytes(result.isObject() ? result.path("raw").asText() : result.asText());
        byte[] signature = signatureOf(raw).orElseThrow(() -> rpc.nonsense("it gave no transaction of type 2"));
        if (!Arrays.equals(raw, transaction.signed(signature))) {
            throw rpc.nonsense("it signed another transaction than it was asked to");
        }
        if (!signerOf(transaction, signature).equals(Optional.of(address))) {
            throw rpc.nonsense("it signed with another key than " + address + "'s");
        }
        return raw;
    }

    private Map<String, Object> asked(ChainTransaction transaction) {
        Map<String, Object> asked = new LinkedHashMap<>();
        asked.put("from", address.hex());
        transaction.to().ifPresent(to -> asked.put("to", to.hex()));
        asked.put("chainId", quantity(transaction.chainId()));
        asked.put("nonce", quantity(transaction.nonce()));
        asked.put("gas", quantity(transaction.gasLimit()));
        asked.put("maxFeePerGas", quantity(transaction.maxFee()));
        asked.put("maxPriorityFeePerGas", quantity(transaction.tip()));
        asked.put("value", "0x0");
        asked.put("data", "0x" + HexFormat.of().formatHex(transaction.data()));
        asked.put("type", "0x2");
        asked.put("accessList", List.of());
        return asked;
    }

    private static Optional<byte[]> signatureOf(byte[] raw) {
        if (raw.length < 2 || raw[0] != 2) {
            return Optional.empty();
        }
        try {
            List<RlpType> outer =
                    RlpDecoder.decode(Arrays.copyOfRange(raw, 1, raw.length)).getValues();
            List<RlpType> fields = ((RlpList) outer.getFirst()).getValues();
            byte[] signature = new byte[65];
            List<RlpType> last = fields.subList(fields.size() - SIGNATURE_FIELDS, fields.size());
            signature[64] = (byte) (number(last.get(0)).intValueExact() + 27);
            put(number(last.get(1)), signature, 0);
            put(number(last.get(2)), signature, 32);
            return Optional.of(signature);
        } catch (RuntimeException e) {
            return Optional.empty(); // the decoder says in many ways that something is not RLP
        }
    }

    private static BigInteger number(RlpType field) {
        return new BigInteger(1, ((RlpString) field).getBytes());
    }

    private static void put(BigInteger number, byte[] target, int at) {
        byte[] bytes = number.toByteArray();
        int skip = Math.max(0, bytes.length - 32);
        System.arraycopy(bytes, skip, target, at + 32 - (bytes.length - skip), bytes.length - skip);
    }

    private static Optional<PayoutAddress> signerOf(ChainTransaction transaction, byte[] signature) {
        try {
            BigInteger publicKey = Sign.signedMessageHashToKey(
                    transaction.hash().bytes(),
                    new Sign.SignatureData(
                            signature[64],
                            Arrays.copyOfRange(signature, 0, 32),
                            Arrays.copyOfRange(signature, 32, 64)));
            return Optional.of(ChainKey.addressOf(publicKey));
        } catch (SignatureException | RuntimeException e) {
            return Optional.empty();
        }
    }

    @Override
    public String signRoot(PayoutSigner words, ClosedEpoch epoch) {
        String signature = rpc.result("eth_signTypedData_v4", address.hex(), words.typedData(epoch))
                .asText();
        if (!words.signer(epoch, signature).equals(Optional.of(address))) {
            throw rpc.nonsense("what it gave is not the signature of " + address + " over the payout root");
        }
        return signature;
    }

    private static String quantity(long number) {
        return "0x" + Long.toHexString(number);
    }

    private byte[] bytes(String text) {
        if (!text.matches("0x([0-9a-fA-F]{2})+")) {
            throw rpc.nonsense("its transaction is not hexadecimal");
        }
        return HexFormat.of().parseHex(text, 2, text.length());
    }

    @Override
    public void close() {
        rpc.close();
    }
}

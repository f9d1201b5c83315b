package farm.tilth.ledger.chain;

import farm.tilth.ledger.epoch.KeccakHash;
import farm.tilth.ledger.epoch.PayoutAddress;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import org.web3j.crypto.ECKeyPair;
import org.web3j.crypto.Keys;
import org.web3j.crypto.Sign;
import org.web3j.utils.Numeric;

/** The operator's secp256k1 key. The private half never leaves this object but encrypted, and is never printed. */
public final class ChainKey {
    private static final BigInteger ORDER = Sign.CURVE_PARAMS.getN();

    private final ECKeyPair pair;

    private ChainKey(ECKeyPair pair) {
        this.pair = pair;
    }

    public static ChainKey generate() {
        try {
            return new ChainKey(Keys.createEcKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("secp256k1 is not available", e);
        }
    }

    /**
     * Takes a private key as 64 hexadecimal digits, with or without 0x.
     *
     * @throws FarmException with INVALID_REQUEST when it is not one; the message does not repeat it
     */
    public static ChainKey parse(String hex) {
        String digits = hex.startsWith("0x") ? hex.substring(2) : hex;
        if (digits.matches("[0-9a-fA-F]{64}")) {
            BigInteger secret = new BigInteger(digits, 16);
            if (secret.signum() > 0 && secret.compareTo(ORDER) < 0) {
                return new ChainKey(ECKeyPair.create(secret));
            }
        }
        throw new FarmException(ErrorCode.INVALID_REQUEST, "a private key is 64 hexadecimal digits, within the curve");
    }

    public PayoutAddress address() {
        return addressOf(pair.getPublicKey());
    }

    /** Signs a hash: 65 bytes r ‖ s ‖ v, with the lower of the two possible s, and v 27 or 28. Deterministic. */
    byte[] sign(KeccakHash hash) {
        Sign.SignatureData signature = Sign.signMessage(hash.bytes(), pair, false);
        byte[] bytes = new byte[65];
        System.arraycopy(signature.getR(), 0, bytes, 0, 32);
        System.arraycopy(signature.getS(), 0, bytes, 32, 32);
        bytes[64] = signature.getV()[0];
        return bytes;
    }

    /** For the key's file alone. */
    byte[] secret() {
        return Numeric.toBytesPadded(pair.getPrivateKey(), 32);
    }

    static PayoutAddress addressOf(BigInteger publicKey) {
        byte[] address = Keys.getAddress(Numeric.toBytesPadded(publicKey, 64));
        return PayoutAddress.parse("0x" + HexFormat.of().formatHex(address));
    }

    @Override
    public String toString() {
        return "the key of " + address();
    }
}

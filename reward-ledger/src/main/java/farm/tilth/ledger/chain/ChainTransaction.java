package farm.tilth.ledger.chain;

import farm.tilth.ledger.epoch.KeccakHash;
import farm.tilth.ledger.epoch.PayoutAddress;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.web3j.crypto.Hash;
import org.web3j.rlp.RlpEncoder;
import org.web3j.rlp.RlpList;
import org.web3j.rlp.RlpString;
import org.web3j.rlp.RlpType;

/** A transaction of type 2 (EIP-1559) that carries no money of the chain's own. Fees are in wei for a unit of gas. */
public record ChainTransaction(
        long chainId, long nonce, long tip, long maxFee, long gasLimit, Optional<PayoutAddress> to, byte[] data) {
    private static final byte TYPE = 2;

    /** The hash that is signed. */
    public KeccakHash hash() {
        return KeccakHash.fromBytes(Hash.sha3(typed(fields())));
    }

    /** The transaction as nodes take it, with a signature of 65 bytes: r ‖ s ‖ v, v 27 or 28. */
    byte[] signed(byte[] signature) {
        List<RlpType> fields = fields();
        fields.add(RlpString.create(BigInteger.valueOf(signature[64] - 27)));
        fields.add(RlpString.create(new BigInteger(1, Arrays.copyOfRange(signature, 0, 32))));
        fields.add(RlpString.create(new BigInteger(1, Arrays.copyOfRange(signature, 32, 64))));
        return typed(fields);
    }

    /** A signed transaction's name on the chain. */
    static KeccakHash nameOf(byte[] signed) {
        return KeccakHash.fromBytes(Hash.sha3(signed));
    }

    /** The address of the contract that an account creates by its transaction of that nonce. */
    public static PayoutAddress created(PayoutAddress creator, long nonce) {
        byte[] hash = Hash.sha3(RlpEncoder.encode(
                new RlpList(RlpString.create(creator.bytes()), RlpString.create(BigInteger.valueOf(nonce)))));
        return new PayoutAddress("0x" + HexFormat.of().formatHex(Arrays.copyOfRange(hash, 12, 32)));
    }

    private List<RlpType> fields() {
        List<RlpType> fields = new ArrayList<>();
        for (long number : new long[] {chainId, nonce, tip, maxFee, gasLimit}) {
            fields.add(RlpString.create(BigInteger.valueOf(number)));
        }
        fields.add(RlpString.create(to.map(PayoutAddress::bytes).orElse(new byte[0])));
        fields.add(RlpString.create(BigInteger.ZERO));
        fields.add(RlpString.create(data));
        fields.add(new RlpList());
        return fields;
    }

    private static byte[] typed(List<RlpType> fields) {
        byte[] encoded = RlpEncoder.encode(new RlpList(fields));
        byte[] result = new byte[encoded.length + 1];
        result[0] = TYPE;
        System.arraycopy(encoded, 0, result, 1, encoded.length);
        return result;
    }
}

package farm.tilth.ledger.chain;

import farm.tilth.ledger.epoch.KeccakHash;
import farm.tilth.ledger.epoch.PayoutAddress;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.web3j.crypto.Hash;

/** Arguments of contracts in Solidity's ABI: the types that our contracts have. */
public final class AbiCall {
    private static final int WORD = 32;

    private AbiCall() {}

    /**
     * A call of a function.
     *
     * @param signature as "claim(address,uint256,bytes32[])"
     * @param arguments a Long or BigInteger not below 0, an address, a hash; a byte array for bytes; a list for a dynamic
     *     array of addresses or hashes; a long array for a static one
     */
    public static byte[] of(String signature, Object... arguments) {
        byte[] selector = Arrays.copyOf(Hash.sha3(signature.getBytes(StandardCharsets.US_ASCII)), 4);
        return join(selector, arguments(arguments));
    }

    /** The arguments alone, as a constructor takes them after its bytecode. */
    public static byte[] arguments(Object... arguments) {
        int headWords = 0;
        for (Object argument : arguments) {
            headWords += argument instanceof long[] numbers ? numbers.length : 1;
        }
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        ByteArrayOutputStream tail = new ByteArrayOutputStream();
        for (Object argument : arguments) {
            switch (argument) {
                case long[] numbers -> Arrays.stream(numbers).forEach(number -> head.writeBytes(word(number)));
                case byte[] bytes -> {
                    head.writeBytes(word((long) headWords * WORD + tail.size()));
                    tail.writeBytes(word((long) bytes.length));
                    tail.writeBytes(Arrays.copyOf(bytes, (bytes.length + WORD - 1) / WORD * WORD));
                }
                case List<?> list -> {
                    head.writeBytes(word((long) headWords * WORD + tail.size()));
                    tail.writeBytes(word((long) list.size()));
                    list.forEach(item -> tail.writeBytes(word(item)));
                }
                default -> head.writeBytes(word(argument));
            }
        }
        return join(head.toByteArray(), tail.toByteArray());
    }

    /** The number in a result's or an event's word. */
    public static BigInteger number(byte[] data, int word) {
        return new BigInteger(1, Arrays.copyOfRange(data, word * WORD, (word + 1) * WORD));
    }

    /** The address in an event's topic. */
    public static PayoutAddress address(KeccakHash topic) {
        return new PayoutAddress("0x" + topic.hex().substring(26));
    }

    private static byte[] word(Object value) {
        byte[] bytes =
                switch (value) {
                    case Long number -> unsigned(BigInteger.valueOf(number));
                    case BigInteger number -> unsigned(number);
                    case PayoutAddress address -> address.bytes();
                    case KeccakHash hash -> hash.bytes();
                    default -> throw new IllegalArgumentException("no ABI for a " + value.getClass());
                };
        byte[] word = new byte[WORD];
        System.arraycopy(bytes, 0, word, WORD - bytes.length, bytes.length);
        return word;
    }

    private static byte[] unsigned(BigInteger number) {
        if (number.signum() < 0 || number.bitLength() > 256) {
            throw new IllegalArgumentException("not an unsigned number of 256 bits");
        }
        byte[] bytes = number.toByteArray();
        return bytes.length > WORD ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] result = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, result, first.length, second.length);
        return result;
    }
}

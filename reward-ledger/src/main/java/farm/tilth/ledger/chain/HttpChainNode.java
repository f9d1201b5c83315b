package farm.tilth.ledger.chain;

import com.fasterxml.jackson.databind.JsonNode;
import farm.tilth.ledger.epoch.KeccakHash;
import farm.tilth.ledger.epoch.PayoutAddress;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A node over JSON-RPC. A call ends in {@code timeout}, whatever the node does, and reads no more than 16 MiB. */
public final class HttpChainNode implements ChainNode, AutoCloseable {
    private static final String HEAD = "latest";

    private final JsonRpc rpc;

    public HttpChainNode(URI uri, Duration timeout) {
        this.rpc = new JsonRpc("the chain's node", uri, timeout);
    }

    @Override
    public long chainId() {
        return number(result("eth_chainId"), "the chain's id");
    }

    @Override
    public Block head() {
        return block(result("eth_getBlockByNumber", HEAD, false)).orElseThrow(() -> nonsense("there is no head"));
    }

    @Override
    public Optional<Block> block(long number) {
        Optional<Block> block = block(result("eth_getBlockByNumber", hex(number), false));
        if (block.isPresent() && block.get().number() != number) {
            throw nonsense(
                    "asked for block " + number + ", it gave " + block.get().number());
        }
        return block;
    }

    private Optional<Block> block(JsonNode block) {
        return block.isNull()
                ? Optional.empty()
                : Optional.of(new Block(
                        number(block.get("number"), "a block's number"),
                        hash(block.get("hash")),
                        block.has("baseFeePerGas") ? number(block.get("baseFeePerGas"), "a base fee") : 0,
                        number(block.get("timestamp"), "a timestamp")));
    }

    @Override
    public long nonce(PayoutAddress account, long atBlock) {
        return number(result("eth_getTransactionCount", account.hex(), hex(atBlock)), "a nonce");
    }

    @Override
    public Optional<Inclusion> inclusion(KeccakHash transaction) {
        JsonNode receipt = result("eth_getTransactionReceipt", transaction.hex());
        if (receipt.isNull()) {
            return Optional.empty();
        }
        if (!hash(receipt.get("transactionHash")).equals(transaction)) {
            throw nonsense("asked for the receipt of " + transaction + ", it gave another");
        }
        JsonNode contract = receipt.get("contractAddress");
        return Optional.of(new Inclusion(
                number(receipt.get("blockNumber"), "a block's number"),
                hash(receipt.get("blockHash")),
                number(receipt.get("status"), "a status") == 1,
                number(receipt.get("gasUsed"), "gas"),
                contract == null || contract.isNull()
                        ? Optional.empty()
                        : Optional.of(PayoutAddress.parse(contract.asText()))));
    }

    @Override
    public Reception send(byte[] signedTransaction) {
        JsonNode answer = rpc.answer("eth_sendRawTransaction", hex(signedTransaction));
        return answer.has("error")
                ? reception(answer.get("error").path("message").asText())
                : Reception.ACCEPTED;
    }

    /** Nodes have no codes for these: their words differ, these parts of them do not. */
    private static Reception reception(String message) {
        String text = message.toLowerCase(Locale.ROOT);
        if (text.contains("already known") || text.contains("already imported") || text.contains("already exists")) {
            return Reception.ALREADY_KNOWN;
        }
        if (text.contains("nonce too low") || text.contains("nonce is too low") || text.contains("old nonce")) {
            return Reception.NONCE_TOO_LOW;
        }
        if (text.contains("underpriced") || text.contains("less than block base fee") || text.contains("fee too low")) {
            return Reception.UNDERPRICED;
        }
        return text.contains("insufficient funds") ? Reception.INSUFFICIENT_FUNDS : Reception.REFUSED;
    }

    @Override
    public byte[] call(PayoutAddress contract, byte[] data, long atBlock) {
        String result = result("eth_call", Map.of("to", contract.hex(), "data", hex(data)), hex(atBlock))
                .asText();
        return bytes(result);
    }

    @Override
    public List<Log> logs(List<PayoutAddress> contracts, long fromBlock, long toBlock) {
        JsonNode logs = result(
                "eth_getLogs",
                Map.of(
                        "address",
                        contracts.stream().map(PayoutAddress::hex).toList(),
                        "fromBlock",
                        hex(fromBlock),
                        "toBlock",
                        hex(toBlock)));
        List<Log> result = new ArrayList<>();
        for (JsonNode log : logs) {
            List<KeccakHash> topics = new ArrayList<>();
            log.get("topics").forEach(topic -> topics.add(hash(topic)));
            long block = number(log.get("blockNumber"), "a block's number");
            PayoutAddress contract = PayoutAddress.parse(log.get("address").asText());
            if (block < fromBlock || block > toBlock || !contracts.contains(contract)) {
                throw nonsense("it gave an event that was not asked for");
            }
            result.add(new Log(
                    block,
                    hash(log.get("blockHash")),
                    (int) number(log.get("logIndex"), "an index"),
                    hash(log.get("transactionHash")),
                    contract,
                    topics,
                    bytes(log.get("data").asText())));
        }
        return result;
    }

    /** A call that only nodes on this machine have, such as making a block. */
    public void control(String method, Object... parameters) {
        result(method, parameters);
    }

    private JsonNode result(String method, Object... parameters) {
        return rpc.result(method, parameters);
    }

    private static FarmException nonsense(String what) {
        return new FarmException(ErrorCode.UNAVAILABLE, "the chain's node makes no sense: " + what);
    }

    private static long number(JsonNode value, String what) {
        String text = value == null ? "" : value.asText();
        if (!text.matches("0x[0-9a-fA-F]{1,15}")) {
            throw nonsense(what + " is '" + text + "'");
        }
        return Long.parseLong(text, 2, text.length(), 16);
    }

    private static KeccakHash hash(JsonNode value) {
        try {
            return KeccakHash.parse(value == null ? "" : value.asText());
        } catch (FarmException e) {
            throw nonsense(e.getMessage());
        }
    }

    private static byte[] bytes(String text) {
        if (!text.matches("0x([0-9a-fA-F]{2})*")) {
            throw nonsense("its bytes are not hexadecimal");
        }
        return HexFormat.of().parseHex(text, 2, text.length());
    }

    private static String hex(long number) {
        return "0x" + Long.toHexString(number);
    }

    private static String hex(byte[] bytes) {
        return "0x" + HexFormat.of().formatHex(bytes);
    }

    @Override
    public void close() {
        rpc.close();
    }
}

package farm.tilth.ledger.epoch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import farm.tilth.ledger.chain.Web3jKeccak;
import farm.tilth.protocol.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Our trees against those of {@code @openzeppelin/merkle-tree}, which claimants may use to build their own proofs. */
class PayoutTreeOracleTest {
    private static final long SEED = 20_261_123;
    private static final int[] SIZES = {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 64, 100, 255, 257, 1000};

    private final Keccak256 keccak = new Web3jKeccak();

    @Test
    void rootsAndProofsAreThoseOfOpenZeppelin() throws IOException, InterruptedException {
        Random random = new Random(SEED);
        List<List<Payout>> trees = new ArrayList<>();
        for (int size : SIZES) {
            trees.add(payouts(size, random));
        }
        List<String> answers = oracle(trees);
        assertEquals(trees.size(), answers.size());
        for (int i = 0; i < trees.size(); i++) {
            compare(trees.get(i), Json.MAPPER.readTree(answers.get(i)));
        }
    }

    private void compare(List<Payout> payouts, JsonNode expected) {
        PayoutTree tree = new PayoutTree(payouts, keccak);
        String about = payouts.size() + " payouts, seed " + SEED;
        assertEquals(expected.get("root").asText(), tree.root().hex(), about);
        for (int i = 0; i < payouts.size(); i++) {
            List<String> proof = new ArrayList<>();
            expected.get("proofs").get(i).forEach(hash -> proof.add(hash.asText()));
            List<String> ours = tree.proof(payouts.get(i).address()).orElseThrow().hashes().stream()
                    .map(KeccakHash::hex)
                    .toList();
            assertEquals(proof, ours, about);
        }
    }

    private static List<Payout> payouts(int size, Random random) {
        Map<PayoutAddress, Payout> payouts = new LinkedHashMap<>();
        while (payouts.size() < size) {
            byte[] address = new byte[20];
            random.nextBytes(address);
            PayoutAddress account = new PayoutAddress("0x" + HexFormat.of().formatHex(address));
            long cumulative = random.nextInt(10) == 0 ? Long.MAX_VALUE : 1 + random.nextLong(1_000_000_000_000L);
            payouts.put(account, new Payout(account, cumulative));
        }
        return List.copyOf(payouts.values());
    }

    private static List<String> oracle(List<List<Payout>> trees) throws IOException, InterruptedException {
        Process node = new ProcessBuilder("node", Path.of("tools", "tree.mjs").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String input = trees.stream()
                .map(payouts -> payouts.stream()
                        .map(p -> "[\"" + p.address() + "\",\"" + p.cumulative() + "\"]")
                        .collect(Collectors.joining(",", "[", "]\n")))
                .collect(Collectors.joining());
        Thread writer = Thread.ofVirtual().start(() -> {
            try (OutputStream out = node.getOutputStream()) {
                out.write(input.getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                node.destroy();
            }
        });
        String output = new String(node.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        writer.join();
        assertEquals(0, node.waitFor());
        return output.lines().toList();
    }
}

package farm.tilth.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import farm.tilth.cli.client.FarmClient;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The demo's last part, on a farm with a chain: an epoch is closed, its root published, and the owner claims. */
public final class ClaimDemo {
    /** An account that every chain on a developer's machine has. */
    private static final String OWNER = "0x70997970c51812dc3a010c7d01b50e0d17dc79c8";

    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final Duration POLL = Duration.ofMillis(500);

    private final FarmClient farm;
    private final Voice voice;

    public ClaimDemo(FarmClient farm, Voice voice) {
        this.farm = farm;
        this.voice = voice;
    }

    /**
     * Runs it.
     *
     * @return the earnings at its end
     * @throws FarmException when what was claimed is not what the ledger says
     */
    public JsonNode run() throws InterruptedException {
        await("the contracts to be deployed", "/api/v1/chain", chain -> chain.path("settles")
                .asBoolean());
        farm.post("/api/v1/payout-address", Map.of("address", OWNER));
        await(
                "held pay to be earned",
                "/api/v1/earnings",
                earnings -> earnings.path("heldBack").asLong() == 0);
        closeEpoch();
        JsonNode claimable = await(
                "the root's dispute window to end",
                "/api/v1/earnings",
                earnings -> earnings.path("claimable").asLong()
                        == earnings.path("earned").asLong());
        farm.post("/api/v1/claims", Map.of());
        JsonNode claimed = await(
                "the claim to be final",
                "/api/v1/earnings",
                earnings -> earnings.path("claimed").asLong()
                        == claimable.path("earned").asLong());
        voice.say()
                .accept("claim      %.6f T earned by the workers, claimed on chain by %s"
                        .formatted(claimed.path("claimed").asLong() / 1e6, OWNER));
        return claimed;
    }

    /** The clock may have closed it a moment ago: then nothing is new. */
    private void closeEpoch() throws InterruptedException {
        try {
            farm.post("/api/v1/payout-epochs", Map.of());
        } catch (FarmException e) {
            if (e.code() != ErrorCode.CONFLICT) {
                throw e;
            }
        }
    }

    private JsonNode await(String what, String path, Predicate<JsonNode> condition) throws InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < deadline) {
            JsonNode answer = farm.get(path);
            if (condition.test(answer)) {
                return answer;
            }
            voice.progress().accept("waiting for " + what);
            TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
        }
        throw new FarmException(
                ErrorCode.DEADLINE_EXCEEDED,
                "waited " + LIMIT.toMinutes() + " minutes for " + what + "; GET /api/v1/chain says why: "
                        + farm.get("/api/v1/chain"));
    }
}

package farm.tilth.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import farm.tilth.cli.client.Farm;
import farm.tilth.cli.client.FarmAddress;
import farm.tilth.cli.client.FarmClient;
import farm.tilth.cli.client.Job;
import farm.tilth.cli.client.RenderOrder;
import farm.tilth.cli.client.SceneFolder;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The demo's last part, on a farm with a chain: a customer deposits tokens and has a job rendered for them; a cheat that
 * put a stake at risk loses some of it; an epoch is closed, its root published, and the owner claims. After every step
 * the farm's mirror is compared with the chain.
 */
public final class ChainDemo {
    private static final String WORKERS = "/api/v1/workers";
    private static final long DEPOSIT = 5_000_000;
    private static final long CAP = 2_000_000;
    private static final long STAKE = 8_000_000;
    private static final long CAP_SECONDS = 3_600;
    private static final int NAIVE_WORKERS = 1_000;
    private static final int MAX_JOBS = 5;
    private static final RenderOrder ORDER =
            new RenderOrder(256, 160, 16, Optional.empty(), Optional.empty(), Optional.of(32), 5);
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final Duration POLL = Duration.ofMillis(300);
    private static final Duration SETTLEMENT_ROUNDS = Duration.ofSeconds(3);

    private final URI url;
    private final FarmClient operator;
    private final Voice voice;
    private final Wallet ownersWallet;
    private final Wallet customersWallet;
    private final Wallet cheatsWallet;

    /** {@code farm} is the operator's; {@code url} its address, {@code chain} that of its chain's node. */
    public ChainDemo(FarmClient farm, URI url, URI chain, Voice voice) throws InterruptedException {
        this.operator = farm;
        this.url = url;
        this.voice = voice;
        this.ownersWallet = Wallet.of(chain, 1);
        this.customersWallet = Wallet.of(chain, 2);
        this.cheatsWallet = Wallet.of(chain, 3);
    }

    /** What is to be seen at the end; amounts in the smallest unit, {@code jobs} those that the customer paid for. */
    public record Outcome(
            String customer, List<String> jobs, long slashed, String cheat, JsonNode earnings, JsonNode chain) {
        /** For scripts. */
        public ObjectNode document() {
            return Json.MAPPER.valueToTree(this);
        }
    }

    /**
     * Runs it.
     *
     * @throws FarmException when something is not as it should be
     */
    public Outcome run(Path scene) throws IOException, InterruptedException {
        await("the contracts to be deployed", "/api/v1/chain", chain -> chain.path("settles")
                .asBoolean());
        operator.post("/api/v1/payout-address", Map.of("address", ownersWallet.address()));
        String customer = key("depositor", "CUSTOMER");
        deposit(customer);
        Path data = Files.createTempDirectory("tilth-cheat");
        String cheatsOwner = key("cheat", "OWNER");
        stake(cheatsOwner);
        List<String> jobs;
        String cheatId;
        try (Cheat cheat = new Cheat(url, cheatsOwner, data, engine())) {
            cheatId = cheat.id().hex();
            jobs = renderUntilFound(customer, scene, cheatId);
        } finally {
            delete(data);
        }
        long slashed = slashed(cheatId);
        JsonNode claimed = claim();
        JsonNode chain = operator.get("/api/v1/chain");
        sayCosts(chain);
        return new Outcome(customer, jobs, slashed, cheatId, claimed, chain);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private String key(String name, String role) throws InterruptedException {
        return operator.post("/api/v1/keys", Map.of("name", name, "roles", List.of(role)))
                .path("key")
                .asText();
    }

    private Farm as(String key) {
        return new Farm(FarmAddress.of(url.toString(), key));
    }

    private String engine() throws InterruptedException {
        for (JsonNode worker : operator.get(WORKERS)) {
            for (JsonNode engine : worker.path("engines")) {
                if (engine.asText().startsWith("pathtracer-")) {
                    return engine.asText();
                }
            }
        }
        throw new FarmException(ErrorCode.NO_WORKER, "no worker renders");
    }

    private void give(Wallet to, long amount) throws InterruptedException {
        Map<String, Object> grant = Map.of("address", to.address(), "amount", amount);
        long before = operator.get("/api/v1/chain")
                .path("costs")
                .path("grant")
                .path("transactions")
                .asLong();
        operator.postOnce("/api/v1/chain/grants", grant);
        await(
                "the operator's tokens to arrive",
                "/api/v1/chain",
                chain -> chain.path("costs").path("grant").path("transactions").asLong() > before);
    }

    private void deposit(String key) throws InterruptedException {
        give(customersWallet, DEPOSIT);
        try (Farm farm = as(key)) {
            FarmClient customer = farm.client();
            customersWallet.send(customer.post("/api/v1/chain/calls/deposit", Map.of("amount", DEPOSIT)));
            mirrored("deposit");
            long deadline = System.currentTimeMillis() / 1000 + CAP_SECONDS;
            Map<String, Object> cap = Map.of("payer", customersWallet.address(), "cap", CAP, "deadline", deadline);
            ObjectNode signed = Json.MAPPER.valueToTree(cap);
            signed.put("signature", customersWallet.sign(customer.post("/api/v1/chain/caps", cap)));
            customer.post("/api/v1/charges", signed);
            await(
                    customer,
                    "the charge to be final",
                    "/api/v1/account",
                    account -> account.path("balance").asLong() == CAP);
        }
        mirrored("charge");
        say(
                "deposit",
                "%s deposited %s T and signed for %s T, which are credit now"
                        .formatted(customersWallet.address(), tokens(DEPOSIT), tokens(CAP)));
    }

    private void stake(String key) throws InterruptedException {
        give(cheatsWallet, STAKE);
        try (Farm farm = as(key)) {
            farm.client().post("/api/v1/payout-address", Map.of("address", cheatsWallet.address()));
            cheatsWallet.send(farm.client().post("/api/v1/chain/calls/stake", Map.of("amount", STAKE)));
        }
        mirrored("stake");
    }

    /** The honest workers are quick: of a small job they may leave the cheat nothing, and nothing is found then. */
    private List<String> renderUntilFound(String key, Path scene, String cheat)
            throws IOException, InterruptedException {
        await("the cheat to join", WORKERS, workers -> worker(workers, cheat)
                .path("connected")
                .asBoolean());
        List<String> jobs = new ArrayList<>();
        while (!worker(operator.get(WORKERS), cheat).has("atFaultAt")) {
            if (jobs.size() == MAX_JOBS) {
                throw new FarmException(ErrorCode.CONFLICT, "the cheat was not found out in " + MAX_JOBS + " jobs");
            }
            jobs.add(render(key, scene));
        }
        return List.copyOf(jobs);
    }

    private static JsonNode worker(JsonNode workers, String id) {
        return workers.valueStream()
                .filter(worker -> worker.path("id").asText().equals(id))
                .findAny()
                .orElse(MissingNode.getInstance());
    }

    private String render(String key, Path scene) throws IOException, InterruptedException {
        try (Farm farm = as(key)) {
            String id = farm.uploadScene(SceneFolder.of(scene), voice.progress());
            Job submitted = farm.submit(ORDER.request(id, Optional.empty()));
            Job job = Farm.completed(farm.follow(submitted.id(), LIMIT, voice.job()));
            say(
                    "job",
                    "%d tasks, audited and accepted; %s T paid, %s T fees, %s T given back"
                            .formatted(
                                    job.tasks().total(),
                                    tokens(job.price().paid()),
                                    tokens(job.price().fees()),
                                    tokens(job.price().refunded())));
            return job.id();
        }
    }

    private long slashed(String cheat) throws InterruptedException {
        JsonNode penalties = penalties();
        long amount = 0;
        for (JsonNode penalty : penalties) {
            if (!penalty.path("worker").asText().equals(cheat)) {
                throw new FarmException(ErrorCode.CONFLICT, "worker " + penalty.path("worker") + " was slashed too");
            }
            amount += penalty.path("amount").asLong();
        }
        mirrored("slash");
        long left = operator.get("/api/v1/chain/stakes/" + cheatsWallet.address())
                .path("bonded")
                .asLong();
        if (left != STAKE - amount) {
            throw new FarmException(
                    ErrorCode.CONFLICT, "of a stake of " + STAKE + " µT " + left + " are left after " + amount);
        }
        say(
                "cheat",
                "%d of its black tiles found by audits: %s T of a stake of %s T slashed on chain, case %s…"
                        .formatted(
                                penalties.size(),
                                tokens(amount),
                                tokens(STAKE),
                                penalties.path(0).path("caseId").asText().substring(0, 16)));
        return amount;
    }

    /** All of them: the last fault is decided about in the settlement's next round, when others may be done. */
    private JsonNode penalties() throws InterruptedException {
        JsonNode before = MissingNode.getInstance();
        while (true) {
            JsonNode now = await(
                    "the cheat's stake to be slashed",
                    "/api/v1/penalties",
                    all -> !all.isEmpty() && all.valueStream().allMatch(ChainDemo::settled));
            if (now.size() == before.size()) {
                return now;
            }
            before = now;
            TimeUnit.MILLISECONDS.sleep(SETTLEMENT_ROUNDS.toMillis());
        }
    }

    /** Whether nothing more happens to a penalty. A stake that many faults have emptied has nothing left for the next. */
    private static boolean settled(JsonNode penalty) {
        return switch (penalty.path("state").asText()) {
            case "DONE", "NOTHING_AT_STAKE" -> true;
            case "REVERTED", "LOST" -> throw new FarmException(ErrorCode.CONFLICT, "not slashed: " + penalty);
            default -> false;
        };
    }

    private JsonNode claim() throws InterruptedException {
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
        mirrored("root");
        operator.post("/api/v1/claims", Map.of());
        JsonNode claimed = await(
                "the claim to be final",
                "/api/v1/earnings",
                earnings -> earnings.path("claimed").asLong()
                        == claimable.path("earned").asLong());
        mirrored("claim");
        say(
                "claim",
                "%s T earned by the workers, claimed on chain by %s"
                        .formatted(tokens(claimed.path("claimed").asLong()), ownersWallet.address()));
        return claimed;
    }

    /** The clock may have closed it a moment ago: then nothing is new. */
    private void closeEpoch() throws InterruptedException {
        try {
            operator.post("/api/v1/payout-epochs", Map.of());
        } catch (FarmException e) {
            if (e.code() != ErrorCode.CONFLICT) {
                throw e;
            }
        }
    }

    /** Waits until the mirror has seen the chain's present, and refuses a difference. */
    private void mirrored(String step) throws InterruptedException {
        long head = ownersWallet.head();
        JsonNode chain = await(
                "the mirror to see the " + step,
                "/api/v1/chain",
                answer -> answer.path("mirror").path("block").asLong() >= head);
        JsonNode mirror = chain.path("mirror");
        if (!mirror.path("differences").isEmpty()) {
            throw new FarmException(
                    ErrorCode.CONFLICT, "after the " + step + " the mirror is not the chain: " + mirror);
        }
        say(
                "mirror",
                "equal to the chain after the %s: %d holders at block %d"
                        .formatted(
                                step,
                                mirror.path("holders").asInt(),
                                mirror.path("block").asLong()));
    }

    private void sayCosts(JsonNode chain) {
        JsonNode costs = chain.path("costs");
        long root = perTransaction(costs, "publish");
        long transfer = perTransaction(costs, "grant");
        say(
                "gas",
                "a root costs the operator %d gas: %.1f for each of %d workers, where single transfers cost %d"
                        .formatted(root, (double) root / NAIVE_WORKERS, NAIVE_WORKERS, transfer));
    }

    private static long perTransaction(JsonNode costs, String kind) {
        JsonNode cost = costs.path(kind);
        return cost.path("gas").asLong() / Math.max(1, cost.path("transactions").asLong());
    }

    private void say(String what, String text) {
        voice.say().accept("%-10s %s".formatted(what, text));
    }

    private static String tokens(long amount) {
        return "%.6f".formatted(amount / 1e6);
    }

    private JsonNode await(String what, String path, Predicate<JsonNode> condition) throws InterruptedException {
        return await(operator, what, path, condition);
    }

    private JsonNode await(FarmClient farm, String what, String path, Predicate<JsonNode> condition)
            throws InterruptedException {
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
                        + operator.get("/api/v1/chain"));
    }
}

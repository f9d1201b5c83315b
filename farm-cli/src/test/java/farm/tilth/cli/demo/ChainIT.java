package farm.tilth.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import farm.tilth.cli.client.Farm;
import farm.tilth.cli.client.FarmAddress;
import farm.tilth.cli.client.FarmClient;
import farm.tilth.cli.client.Statement;
import farm.tilth.cli.process.FarmFile;
import farm.tilth.cli.process.FarmSettings;
import farm.tilth.cli.process.ForegroundProcess;
import farm.tilth.cli.process.Installation;
import farm.tilth.cli.process.Supervisor;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.result.Receipt;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A farm of real processes with a real chain: a deposit becomes a rendered job, its pay a claim, and a cheat loses its
 * stake; then everything that somebody may send wrongly is refused, and nothing moves. Needs the packaged programs.
 */
class ChainIT {
    private static final String SOMEBODY = "0x" + "5e".repeat(20);
    private static final String CHARGE_PATH = "/api/v1/charges";

    @TempDir
    private static Path folder;

    private static Supervisor supervisor;
    private static Farm farm;
    private static ChainDemo.Outcome outcome;
    private static URI url;

    @BeforeAll
    static void settleOnce() throws Exception {
        Installation installation = Installation.at(Path.of(".."));
        FarmSettings settings = FarmSettings.temporary("render=1,trusted=1").withChain(true);
        supervisor = Supervisor.start(settings, installation, System.out::println);
        FarmFile contact = supervisor.farm();
        url = URI.create(contact.url());
        farm = new Farm(FarmAddress.of(contact.url(), contact.key()));
        Path scene = folder.resolve("scene.glb");
        assertEquals(
                0,
                ForegroundProcess.run(
                        installation.sampleSceneCommand(scene), Map.of(), ProcessBuilder.Redirect.INHERIT));
        Voice voice = new Voice(System.out::println, line -> {}, line -> {});
        outcome = new ChainDemo(farm.client(), url, supervisor.chainUrl().orElseThrow(), voice).run(scene);
    }

    @AfterAll
    static void stopFarm() {
        if (farm != null) {
            farm.close();
        }
        if (supervisor != null) {
            supervisor.close();
        }
    }

    private static JsonNode chain() throws InterruptedException {
        return farm.client().get("/api/v1/chain");
    }

    private static void assertRefused(ErrorCode code, String text, FarmClient client, String path, Object body) {
        FarmException e = assertThrows(FarmException.class, () -> client.post(path, body));
        assertEquals(code, e.code(), e.getMessage());
        assertTrue(e.getMessage().contains(text), e.getMessage());
    }

    @Test
    void booksReceiptAndChainSayTheSame() throws InterruptedException {
        Statement statement = Statement.fetch(farm, true);
        try (Farm customer = new Farm(FarmAddress.of(url.toString(), outcome.customer()))) {
            List<Receipt> receipts = new ArrayList<>();
            for (String job : outcome.jobs()) {
                receipts.add(Json.read(customer.receipt(job).toString(), Receipt.class));
            }
            assertEquals(List.of(), Books.findings(statement, receipts));
            assertTrue(
                    receipts.stream()
                            .flatMap(receipt -> receipt.tasks().stream())
                            .noneMatch(task -> task.worker().hex().equals(outcome.cheat())),
                    "the cheat was paid");
        }
        long paidOut = credits(statement, "chain_out");
        assertEquals(outcome.earnings().path("claimed").asLong(), paidOut, "what left the books is what was claimed");
        assertEquals(0, statement.sum());
    }

    private static long credits(Statement statement, String account) {
        return statement.postings().stream()
                .filter(posting ->
                        posting.account().equals(account) && posting.direction().equals("CREDIT"))
                .mapToLong(Statement.Posting::amount)
                .sum();
    }

    @Test
    void everyPenaltyNamesItsEvidenceAndItsCaseOnce() throws InterruptedException {
        JsonNode penalties = farm.client().get("/api/v1/penalties");
        long slashed = 0;
        for (JsonNode penalty : penalties) {
            String document = penalty.path("document").asText();
            assertEquals(Digest.ofText(document).hex(), penalty.path("evidence").asText());
            assertEquals(
                    Digest.ofText(penalty.path("fault").asText()).hex(),
                    penalty.path("caseId").asText());
            assertEquals(
                    outcome.cheat(),
                    Json.read(document, JsonNode.class).path("worker").asText());
            slashed += penalty.path("amount").asLong();
        }
        assertEquals(outcome.slashed(), slashed);
        assertTrue(slashed > 0);
    }

    @Test
    void aRootCostsLittleWhateverTheNumberOfWorkers() throws InterruptedException {
        JsonNode publish = chain().path("costs").path("publish");
        long gas = publish.path("gas").asLong() / publish.path("transactions").asLong();
        assertTrue(gas <= 75_000, "a root costs " + gas);
    }

    @Test
    void repetitionMovesNothing() throws InterruptedException {
        JsonNode before = farm.client().get("/api/v1/earnings");
        JsonNode again = farm.client().post("/api/v1/claims", Map.of());
        assertEquals("NOTHING_TO_CLAIM", again.path("state").asText());
        assertEquals(before, again.path("earnings"));
        assertRefused(
                ErrorCode.CONFLICT, "setPayTo", farm.client(), "/api/v1/payout-address", Map.of("address", SOMEBODY));
    }

    @Test
    void wrongCapsAreRefusedBeforeAnythingIsSent() throws InterruptedException {
        long transactions = transactions();
        try (Farm customer = new Farm(FarmAddress.of(url.toString(), outcome.customer()))) {
            FarmClient client = customer.client();
            Wallet payer = Wallet.of(supervisor.chainUrl().orElseThrow(), 2);
            Wallet stranger = Wallet.of(supervisor.chainUrl().orElseThrow(), 4);
            long soon = System.currentTimeMillis() / 1000 + 3_600;
            ObjectNode cap = cap(client, payer, payer, 2_000_000, soon);
            assertRefused(
                    ErrorCode.INVALID_REQUEST,
                    "did not sign",
                    client,
                    CHARGE_PATH,
                    cap.deepCopy().put("cap", 4_000_000));
            assertRefused(
                    ErrorCode.INVALID_REQUEST,
                    "did not sign",
                    client,
                    CHARGE_PATH,
                    cap(client, payer, stranger, 4_000_000, soon));
            assertRefused(
                    ErrorCode.INSUFFICIENT_FUNDS,
                    "deposited",
                    client,
                    CHARGE_PATH,
                    cap(client, payer, payer, 9_000_000, soon));
            assertRefused(
                    ErrorCode.INVALID_REQUEST,
                    "time is over",
                    client,
                    CHARGE_PATH,
                    cap(client, payer, payer, 4_000_000, 1));
            assertRefused(
                    ErrorCode.INVALID_REQUEST,
                    "cap",
                    client,
                    CHARGE_PATH,
                    cap.deepCopy().put("cap", -1));
        }
        assertRefused(
                ErrorCode.INVALID_REQUEST,
                "over 0",
                farm.client(),
                "/api/v1/chain/grants",
                Map.of("address", SOMEBODY, "amount", -5));
        assertEquals(transactions, transactions(), "nothing was sent");
        assertEquals(0, chain().path("mirror").path("differences").size());
    }

    private static ObjectNode cap(FarmClient client, Wallet payer, Wallet signer, long cap, long deadline)
            throws InterruptedException {
        Map<String, Object> words = Map.of("payer", payer.address(), "cap", cap, "deadline", deadline);
        ObjectNode signed = Json.MAPPER.valueToTree(words);
        return signed.put("signature", signer.sign(client.post("/api/v1/chain/caps", words)));
    }

    private static long transactions() throws InterruptedException {
        long sum = 0;
        for (JsonNode cost : chain().path("costs")) {
            sum += cost.path("transactions").asLong();
        }
        return sum;
    }
}

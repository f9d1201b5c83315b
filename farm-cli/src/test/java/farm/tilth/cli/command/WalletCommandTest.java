package farm.tilth.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.cli.client.FakeFarm;
import farm.tilth.cli.process.Installation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WalletCommandTest {
    private static final String CALLS = "[{\"to\":\"0xaa\",\"data\":\"0xbb\",\"meaning\":\"stake 1500000 µT\"}]";

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private FakeFarm farm;

    @BeforeEach
    void start() throws IOException {
        farm = new FakeFarm();
    }

    @AfterEach
    void stop() {
        farm.close();
    }

    private int tilth(String... args) {
        out.reset();
        err.reset();
        Surroundings surroundings = new Surroundings(
                Map.of("TILTH_URL", farm.url(), "TILTH_KEY", FakeFarm.KEY),
                Installation.at(folder),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false);
        return TilthMain.commandLine(surroundings).execute(args);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private long asked() {
        return farm.posted().getLast().path("amount").asLong();
    }

    @Test
    void walletIsToldWhatToSend() {
        for (String what : new String[] {"stake", "unbond", "deposit", "buy"}) {
            farm.document("POST /api/v1/chain/calls/" + what, CALLS);
            assertEquals(0, tilth("wallet", what, "1.5"), err.toString(StandardCharsets.UTF_8));
            assertEquals(1_500_000, asked());
            assertTrue(out().contains("to    0xaa") && out().contains("data  0xbb"), out());
        }
        farm.document("POST /api/v1/chain/calls/withdraw", CALLS);
        assertEquals(0, tilth("wallet", "withdraw", "0xcc", "--json"));
        assertEquals("0xcc", farm.posted().getLast().path("address").asText());
        assertEquals(CALLS, out().strip());
    }

    @Test
    void capIsAStatementToSignAndThenToHandIn() throws IOException {
        farm.document("POST /api/v1/chain/caps", "{\"primaryType\":\"SpendingCap\"}");
        assertEquals(0, tilth("wallet", "cap", "0xdd", "2", "--deadline", "99"));
        assertTrue(out().contains("SpendingCap"), out());
        assertEquals(2_000_000, farm.posted().getLast().path("cap").asLong());

        Path signed = Files.writeString(folder.resolve("cap.json"), "{\"payer\":\"0xdd\",\"cap\":2000000}");
        farm.document("POST /api/v1/charges", "{\"id\":\"charge\",\"state\":\"QUEUED\"}");
        assertEquals(0, tilth("wallet", "charge", signed.toString()));
        assertEquals("0xdd", farm.posted().getLast().path("payer").asText());
        assertEquals(1, tilth("wallet", "charge", folder.resolve("none").toString()));
    }

    @Test
    void stakeAndItsPenaltiesAreShown() {
        farm.document("/api/v1/earnings", "{\"earned\":0}");
        assertEquals(1, tilth("wallet", "show"), "no payout address");
        farm.document("/api/v1/earnings", "{\"address\":\"0xee\"}");
        farm.document("/api/v1/chain/stakes/0xee", "{\"bonded\":3000000,\"unbonding\":0}");
        farm.document(
                "/api/v1/penalties",
                "[{\"owner\":\"0xee\",\"amount\":1000000,\"fault\":\"task:1\",\"state\":\"DONE\"},"
                        + "{\"owner\":\"0xff\",\"amount\":7,\"fault\":\"task:2\",\"state\":\"DONE\"}]");
        assertEquals(0, tilth("wallet", "show"));
        assertTrue(out().contains("3.000000 T") && out().contains("slashed    1.000000 T for task:1 (DONE)"), out());
        assertTrue(!out().contains("task:2"), "another owner's");
    }

    @Test
    void amountsAreNeverRounded() {
        farm.document("POST /api/v1/chain/calls/stake", CALLS);
        for (String amount : new String[] {"0.000001", "9007199254.740993", "1e12"}) {
            assertEquals(0, tilth("wallet", "stake", amount), amount);
            assertEquals(new BigDecimal(amount).movePointRight(6).longValueExact(), asked());
        }
        assertEquals("9007199254.740993", Console.tokens(9_007_199_254_740_993L));
        assertEquals("-0.000001", Console.tokens(-1));
    }

    @Test
    void amountsThatAreNoneAreRefused() {
        for (String amount : new String[] {"0", "-1", "NaN", "1e13", "0.0000005", "1.0000001", "much", ""}) {
            assertEquals(2, tilth("wallet", "stake", amount), amount);
            assertEquals(2, tilth("key", "create", "--name", "ann", "--credit=" + amount), amount);
        }
        assertTrue(farm.posted().isEmpty());
    }
}

package farm.tilth.cli.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Collections;
import org.junit.jupiter.api.Test;

class StatementTest {
    private static String posting(String direction, long amount) {
        return "{\"number\":77,\"transfer\":\"t\",\"at\":\"2026-11-22T10:00:00Z\",\"account\":\"a\",\"direction\":\""
                + direction + "\",\"amount\":" + amount + ",\"purpose\":\"pay\"}";
    }

    @Test
    void pagesAreJoinedAndSummed() throws IOException, InterruptedException {
        try (FakeFarm fake = new FakeFarm();
                Farm farm = new Farm(fake.address())) {
            String full = String.join(",", Collections.nCopies(999, posting("CREDIT", 1)));
            fake.document(
                    "/api/v1/ledger/statement?limit=1000&after=0&all=true",
                    "{\"balance\":3,\"postings\":[" + full + "," + posting("DEBIT", 1004) + "]}");
            fake.document(
                    "/api/v1/ledger/statement?limit=1000&after=77&all=true",
                    "{\"balance\":3,\"postings\":[" + posting("CREDIT", 5) + "]}");
            Statement statement = Statement.fetch(farm, true);
            assertEquals(0, statement.sum());
            assertEquals(1001, statement.postings().size());
            assertEquals(1001, statement.document().path("postings").size());
            assertTrue(statement.lines().getLast().startsWith("1001 postings; credits less debits: 0"));
        }
    }
}

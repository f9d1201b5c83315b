package farm.tilth.cli.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class StatementTest {
    private static String posting(String direction, long amount) {
        return "{\"transfer\":\"t\",\"at\":\"2026-11-22T10:00:00Z\",\"account\":\"a\",\"direction\":\"" + direction
                + "\",\"amount\":" + amount + ",\"purpose\":\"pay\"}";
    }

    @Test
    void pagesAreJoinedAndSummed() throws IOException, InterruptedException {
        try (FakeFarm fake = new FakeFarm();
                Farm farm = new Farm(fake.address())) {
            fake.document(
                    "/api/v1/ledger/statement?limit=1000&all=true",
                    "{\"balance\":3,\"next\":\"p 2\",\"postings\":[" + posting("DEBIT", 5) + "]}");
            fake.document(
                    "/api/v1/ledger/statement?limit=1000&all=true&after=p+2",
                    "{\"balance\":3,\"postings\":[" + posting("CREDIT", 4) + "," + posting("CREDIT", 1) + "]}");
            Statement statement = Statement.fetch(farm, true);
            assertEquals(0, statement.sum());
            assertEquals(3, statement.postings().size());
            assertEquals(3, statement.document().path("postings").size());
            assertTrue(statement.lines().getLast().startsWith("3 postings; credits less debits: 0"));
        }
    }
}

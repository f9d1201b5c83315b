package farm.tilth.api.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class BodyBudgetTest {
    private final BodyBudget budget =
            new BodyBudget(Configs.of(InferenceConfig.class, "tilth.inference.max-bodies-bytes", "200000"));

    @Test
    void roomIsTakenAsBytesComeAndGivenBackOnce() throws IOException {
        BodyBudget.Share first = budget.open();
        assertEquals(150_000, first.read(new ByteArrayInputStream(new byte[150_000]), 1_000_000).length);
        assertEquals(150_000, budget.used());
        try (BodyBudget.Share second = budget.open()) {
            FarmException e = assertThrows(
                    FarmException.class, () -> second.read(new ByteArrayInputStream(new byte[150_000]), 1_000_000));
            assertEquals(ErrorCode.TOO_MANY_REQUESTS, e.code());
        }
        assertEquals(150_000, budget.used());
        first.close();
        first.close();
        assertEquals(0, budget.used());
    }

    @Test
    void whatComesAfterTheEndTakesNoRoom() {
        BodyBudget.Share share = budget.open();
        share.take(1000);
        share.close();
        share.take(1000);
        assertEquals(0, budget.used());
    }

    @Test
    void readEndsAtItsLimit() throws IOException {
        try (BodyBudget.Share share = budget.open()) {
            assertEquals(70_001, share.read(new ByteArrayInputStream(new byte[100_000]), 70_001).length);
        }
    }
}

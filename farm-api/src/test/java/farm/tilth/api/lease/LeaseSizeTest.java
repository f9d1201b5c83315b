package farm.tilth.api.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LeaseSizeTest {
    private static double seconds(long queued, double speed, int workers) {
        return LeaseSize.seconds(queued, speed, workers, Duration.ofSeconds(2), Duration.ofSeconds(60));
    }

    @Test
    void plentyOfWorkGivesTheLongestGrant() {
        assertEquals(60, seconds(1_000_000, 10, 4));
    }

    @Test
    void grantIsHalfOfTheWorkersShare() {
        assertEquals(10, seconds(800, 10, 4));
    }

    @Test
    void tailGivesTheShortestGrant() {
        assertEquals(2, seconds(1, 10, 4));
        assertEquals(2, seconds(0, 10, 0));
    }
}

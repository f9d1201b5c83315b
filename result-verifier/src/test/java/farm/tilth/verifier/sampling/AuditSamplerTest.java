package farm.tilth.verifier.sampling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.result.Challenge;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class AuditSamplerTest {
    private static final byte[] SECRET = "the epoch's secret".getBytes(StandardCharsets.UTF_8);
    private static final int ROOTS = 20_000;

    @Test
    void probabilityOneAuditsEveryResultOnItsChallengedBlock() {
        for (int i = 0; i < 1000; i++) {
            Digest root = root(i);
            assertEquals(
                    OptionalInt.of(Challenge.block(SECRET, root, 64)), AuditSampler.challenge(SECRET, root, 64, 1));
        }
    }

    @Test
    void probabilityZeroAuditsNone() {
        for (int i = 0; i < 1000; i++) {
            assertEquals(OptionalInt.empty(), AuditSampler.challenge(SECRET, root(i), 64, 0));
        }
    }

    @Test
    void aQuarterMeansAQuarter() {
        int audited = 0;
        for (int i = 0; i < ROOTS; i++) {
            audited += AuditSampler.challenge(SECRET, root(i), 64, 0.25).isPresent() ? 1 : 0;
        }
        double sigma = Math.sqrt(ROOTS * 0.25 * 0.75);
        assertEquals(ROOTS * 0.25, audited, 5 * sigma);
    }

    @Test
    void whatIsAuditedAtALowProbabilityIsAuditedAtAHigherOne() {
        for (int i = 0; i < 2000; i++) {
            OptionalInt low = AuditSampler.challenge(SECRET, root(i), 64, 0.3);
            if (low.isPresent()) {
                assertEquals(low, AuditSampler.challenge(SECRET, root(i), 64, 0.7));
            }
        }
    }

    @Test
    void blocksAreChallengedEvenlyWhateverIsSpared() {
        int[] counts = new int[16];
        for (int i = 0; i < ROOTS; i++) {
            AuditSampler.challenge(SECRET, root(i), counts.length, 0.5).ifPresent(block -> counts[block]++);
        }
        double expected = ROOTS * 0.5 / counts.length;
        double chiSquare = Arrays.stream(counts)
                .mapToDouble(n -> (n - expected) * (n - expected) / expected)
                .sum();
        assertTrue(chiSquare < 44.3, "chi-square " + chiSquare + " is over the 0.01 % quantile of 15 degrees");
    }

    @Test
    void anotherSecretChoosesOtherwise() {
        byte[] other = "another secret".getBytes(StandardCharsets.UTF_8);
        int same = 0;
        for (int i = 0; i < 1000; i++) {
            same += AuditSampler.challenge(SECRET, root(i), 64, 1).equals(AuditSampler.challenge(other, root(i), 64, 1))
                    ? 1
                    : 0;
        }
        assertTrue(same < 60, same + " of 1000 challenges are equal, about 16 are expected");
    }

    @Test
    void numberThatIsNoProbabilityIsRefused() {
        for (double p : new double[] {-0.1, 1.1, Double.NaN}) {
            assertThrows(IllegalArgumentException.class, () -> AuditSampler.challenge(SECRET, root(1), 64, p));
        }
    }

    private static Digest root(int i) {
        return Digest.ofText("root " + i);
    }
}

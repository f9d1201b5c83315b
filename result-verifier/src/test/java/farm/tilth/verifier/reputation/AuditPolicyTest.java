package farm.tilth.verifier.reputation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class AuditPolicyTest {
    private final AuditPolicy policy = new AuditPolicy(8, 0.25);

    @Test
    void everyResultIsAuditedOnProbation() {
        Reputation reputation = Reputation.NEW;
        for (int i = 0; i < 8; i++) {
            assertTrue(policy.onProbation(reputation));
            assertEquals(1, policy.probability(reputation));
            reputation = reputation.afterAccepted();
        }
        assertFalse(policy.onProbation(reputation));
    }

    @Test
    void shareFallsToTheFloorAndStaysThere() {
        assertEquals(1, policy.probability(streak(8)));
        assertEquals(0.5, policy.probability(streak(16)));
        assertEquals(0.25, policy.probability(streak(32)));
        assertEquals(0.25, policy.probability(streak(1_000_000)));
    }

    @Test
    void shareNeverRisesWithTheStreak() {
        double previous = 1;
        for (int n = 0; n < 100; n++) {
            double p = policy.probability(streak(n));
            assertTrue(p <= previous && p >= 0.25, "streak " + n);
            previous = p;
        }
    }

    @Test
    void anyFaultStartsProbationAgain() {
        Reputation fallen = streak(1000).afterFault();
        assertEquals(1, policy.probability(fallen));
        assertTrue(policy.onProbation(fallen));
        assertEquals(new Reputation(0, 1000, 1), fallen);
        assertEquals(new Reputation(1, 1001, 1), fallen.afterAccepted());
    }

    @Test
    void everyHistoryKeepsTheBooks() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Reputation reputation = Reputation.NEW;
        int accepted = 0;
        int faults = 0;
        int streak = 0;
        for (int i = 0; i < 10_000; i++) {
            if (random.nextInt(20) == 0) {
                reputation = reputation.afterFault();
                faults++;
                streak = 0;
            } else {
                reputation = reputation.afterAccepted();
                accepted++;
                streak++;
            }
            assertEquals(new Reputation(streak, accepted, faults), reputation, "seed " + seed);
            assertEquals(streak < 8, policy.onProbation(reputation), "seed " + seed);
        }
    }

    @Test
    void policyForEveryResultSparesNone() {
        assertEquals(1, AuditPolicy.EVERY_RESULT.probability(streak(1_000_000)));
        assertEquals(0.25, AuditPolicy.DEFAULT.probability(streak(1_000_000)));
    }

    @Test
    void impossiblePoliciesAndHistoriesAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new AuditPolicy(0, 0.25));
        assertThrows(IllegalArgumentException.class, () -> new AuditPolicy(8, 0));
        assertThrows(IllegalArgumentException.class, () -> new AuditPolicy(8, 1.01));
        assertThrows(IllegalArgumentException.class, () -> new AuditPolicy(8, Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> new Reputation(2, 1, 0));
        assertThrows(IllegalArgumentException.class, () -> new Reputation(-1, 1, 0));
        assertThrows(IllegalArgumentException.class, () -> new Reputation(0, 0, -1));
    }

    private static Reputation streak(int length) {
        return new Reputation(length, length, 0);
    }
}

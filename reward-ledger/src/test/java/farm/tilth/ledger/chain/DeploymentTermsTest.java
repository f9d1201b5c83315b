package farm.tilth.ledger.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.ledger.epoch.PayoutAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DeploymentTermsTest {
    private static final PayoutAddress GUARDIAN = PayoutAddress.parse("0x" + "11".repeat(20));

    @Test
    void onAChainThatOthersUsePeopleHaveDaysToObject() {
        Deployment.Terms terms = Deployment.Terms.lasting(GUARDIAN);
        long day = Duration.ofDays(1).toSeconds();
        assertTrue(terms.timelockSeconds() >= day && terms.windowSeconds() >= day, terms.toString());
        assertTrue(terms.exitSeconds() > terms.timelockSeconds(), "a customer's way out is no way around a change");
        assertEquals(GUARDIAN, terms.guardian());
    }

    @Test
    void aStakeThatLeavesCanStillBeSlashedForARootInDispute() {
        for (Deployment.Terms terms :
                new Deployment.Terms[] {Deployment.Terms.local(GUARDIAN), Deployment.Terms.lasting(GUARDIAN)}) {
            assertTrue(terms.unbondingSeconds() > terms.windowSeconds(), terms.toString());
        }
    }
}

package farm.tilth.api.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.task.JobId;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class FollowerTest {
    private final Follower follower = new Follower(new JobId(UUID.randomUUID()), 3);

    @Test
    void taskThatChangedTwiceIsToldOnce() throws InterruptedException {
        follower.add(1);
        follower.add(2);
        follower.add(1);
        assertTrue(follower.await(Duration.ofSeconds(1)));
        assertEquals(List.of(1, 2), follower.take());
        assertEquals(List.of(), follower.take());
    }

    @Test
    void quietJobWakesNobody() throws InterruptedException {
        assertFalse(follower.await(Duration.ofMillis(1)));
        follower.wake();
        assertTrue(follower.await(Duration.ofSeconds(1)));
        assertFalse(follower.await(Duration.ofMillis(1)));
    }

    @Test
    void followerThatIsTooSlowIsCutOff() {
        List.of(1, 2, 3, 2).forEach(follower::add);
        assertFalse(follower.isOverflown());
        follower.add(4);
        assertTrue(follower.isOverflown());
        assertEquals(List.of(1, 2, 3), follower.take());
    }
}

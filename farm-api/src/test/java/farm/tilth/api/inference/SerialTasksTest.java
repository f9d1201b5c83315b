package farm.tilth.api.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SerialTasksTest {
    private final SerialTasks tasks = new SerialTasks();

    @Test
    void taskRunsAtOnceOnTheThreadThatBringsIt() {
        List<Thread> ran = new ArrayList<>();
        tasks.execute(() -> ran.add(Thread.currentThread()));
        assertEquals(List.of(Thread.currentThread()), ran);
    }

    @Test
    void taskThatATaskBringsFollowsIt() {
        List<String> ran = new ArrayList<>();
        tasks.execute(() -> {
            tasks.execute(() -> ran.add("second"));
            ran.add("first");
        });
        assertEquals(List.of("first", "second"), ran);
    }

    @Test
    void taskThatFailsDoesNotKeepOthersFromRunning() {
        List<String> ran = new ArrayList<>();
        tasks.execute(() -> {
            tasks.execute(() -> ran.add("after"));
            throw new IllegalStateException("expected by the test");
        });
        tasks.execute(() -> {
            throw new StackOverflowError("expected by the test");
        });
        tasks.execute(() -> ran.add("later"));
        assertEquals(List.of("after", "later"), ran);
    }

    @Test
    void tasksOfManyThreadsNeverOverlapAndNoneIsLost() throws InterruptedException {
        int threads = 8;
        int each = 20_000;
        int[] count = {0}; // touched by the tasks alone
        CountDownLatch begin = new CountDownLatch(1);
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            for (int i = 0; i < threads; i++) {
                pool.submit(() -> {
                    begin.await();
                    for (int j = 0; j < each; j++) {
                        tasks.execute(() -> count[0]++);
                    }
                    return null;
                });
            }
            begin.countDown();
            pool.shutdown();
            assertTrue(pool.awaitTermination(30, TimeUnit.SECONDS));
        }
        tasks.execute(() -> assertEquals(threads * each, count[0]));
        assertEquals(threads * each, count[0]);
    }
}

package farm.tilth.cli.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Scanner;

/** Supervises a farm of tiny programs in the folder that its first line of input names. */
final class SupervisorMain {
    private SupervisorMain() {}

    public static void main(String[] args) throws InterruptedException {
        Path data = Path.of(new Scanner(System.in).nextLine());
        FarmSettings settings = new FarmSettings(
                data, Supervisor.freePort(), Map.of(WorkerKind.RENDER, 1), Duration.ofSeconds(30), false, false);
        Supervisor.start(settings, new FakePrograms(), System.out::println).awaitFailure();
    }
}

package farm.tilth.cli.command;

import farm.tilth.cli.client.Farm;
import farm.tilth.cli.client.Job;
import java.time.Duration;
import picocli.CommandLine.Option;

/** How long a command follows a job. */
final class FollowOptions {
    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "Stop following after that time; the job goes on (default: ${DEFAULT-VALUE}).")
    private long timeoutSeconds = Duration.ofDays(1).toSeconds();

    Job follow(Farm farm, String job, Console console) throws InterruptedException {
        return farm.follow(job, Duration.ofSeconds(timeoutSeconds), console::progress);
    }
}

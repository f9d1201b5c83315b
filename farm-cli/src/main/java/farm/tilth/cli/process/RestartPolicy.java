package farm.tilth.cli.process;

import java.time.Duration;

/**
 * How a process that died is started again: after {@code first}, then twice as long each time up to {@code longest};
 * not at all after {@code attempts} deaths in a row. A process that lived for {@code healthyAfter} starts a new row.
 */
record RestartPolicy(Duration first, Duration longest, int attempts, Duration healthyAfter) {
    static final RestartPolicy DEFAULT =
            new RestartPolicy(Duration.ofMillis(500), Duration.ofSeconds(15), 8, Duration.ofSeconds(30));

    boolean allows(int deaths) {
        return deaths <= attempts;
    }

    /** The pause after that many deaths in a row, 1 or more. */
    Duration pause(int deaths) {
        Duration pause = first.multipliedBy(1L << Math.min(deaths - 1, 20));
        return pause.compareTo(longest) < 0 ? pause : longest;
    }
}

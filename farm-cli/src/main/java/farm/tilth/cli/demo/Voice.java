package farm.tilth.cli.demo;

import farm.tilth.cli.client.Job;
import java.util.function.Consumer;

/**
 * How the demo tells what it does.
 *
 * @param say a line that stays
 * @param progress a line that the next one may replace
 * @param job how far a job is
 */
public record Voice(Consumer<String> say, Consumer<String> progress, Consumer<Job> job) {}

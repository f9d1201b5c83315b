package farm.tilth.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import picocli.CommandLine.Option;

/** What a key may ask for, as options; absent ones do not limit it. */
final class KeyLimitOptions {
    @Option(
            names = "--monthly-cap",
            paramLabel = "T",
            converter = TokenAmount.class,
            description = "What the key's jobs and calls may cost in a calendar month, in T (default: no limit).")
    private Long monthlyCap;

    @Option(names = "--calls-per-minute", paramLabel = "N", description = "Requests that it may make for ever.")
    private Long callsPerMinute;

    @Option(
            names = "--calls-at-once",
            paramLabel = "N",
            description = "Requests that it may make at once (default: those of a minute).")
    private Long callsAtOnce;

    @Option(names = "--tokens-per-minute", paramLabel = "N", description = "Model tokens of its online calls.")
    private Long tokensPerMinute;

    @Option(names = "--calls-per-day", paramLabel = "N", description = "Online calls in a day (UTC).")
    private Long callsPerDay;

    @Option(names = "--tokens-per-day", paramLabel = "N", description = "Model tokens in a day (UTC).")
    private Long tokensPerDay;

    @Option(names = "--calls-per-month", paramLabel = "N", description = "Online calls in a month (UTC).")
    private Long callsPerMonth;

    @Option(names = "--tokens-per-month", paramLabel = "N", description = "Model tokens in a month (UTC).")
    private Long tokensPerMonth;

    /** Adds those that were given. */
    void put(ObjectNode request) {
        if (monthlyCap != null) {
            request.put("monthlyCap", monthlyCap);
        }
        put(request, "callsPerMinute", callsPerMinute);
        put(request, "callsAtOnce", callsAtOnce);
        put(request, "tokensPerMinute", tokensPerMinute);
        put(request, "callsPerDay", callsPerDay);
        put(request, "tokensPerDay", tokensPerDay);
        put(request, "callsPerMonth", callsPerMonth);
        put(request, "tokensPerMonth", tokensPerMonth);
    }

    private static void put(ObjectNode request, String name, Long limit) {
        if (limit != null) {
            request.withObject("/limits").put(name, limit);
        }
    }
}

package farm.tilth.api.openinference;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How long a gRPC client waits, as its header says it: a number of at most eight digits and a unit. */
final class GrpcTimeout {
    static final String HEADER = "grpc-timeout";

    private static final Pattern FORM = Pattern.compile("(\\d{1,8})([HMSmun])");

    private GrpcTimeout() {}

    /** Reads the header, which may be null; what is none is ignored. */
    static Optional<Duration> of(String header) {
        Matcher form = FORM.matcher(header == null ? "" : header);
        if (!form.matches()) {
            return Optional.empty();
        }
        ChronoUnit unit =
                switch (form.group(2).charAt(0)) {
                    case 'H' -> ChronoUnit.HOURS;
                    case 'M' -> ChronoUnit.MINUTES;
                    case 'S' -> ChronoUnit.SECONDS;
                    case 'm' -> ChronoUnit.MILLIS;
                    case 'u' -> ChronoUnit.MICROS;
                    default -> ChronoUnit.NANOS;
                };
        return Optional.of(Duration.of(Long.parseLong(form.group(1)), unit));
    }
}

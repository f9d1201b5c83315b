package farm.tilth.api.openinference;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keeps the metadata of a gRPC call where the service can read it: the key, and how long the caller waits. */
@ApplicationScoped
public class CallMetadata implements ServerInterceptor {
    static final Context.Key<String> AUTHORIZATION = Context.key("inference authorization");
    static final Context.Key<Optional<Duration>> TIMEOUT = Context.key("inference timeout");

    private static final Metadata.Key<String> KEY_HEADER =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> TIMEOUT_HEADER =
            Metadata.Key.of("grpc-timeout", Metadata.ASCII_STRING_MARSHALLER);
    private static final Pattern TIMEOUT_FORM = Pattern.compile("(\\d{1,8})([HMSmun])");

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        Context context = Context.current()
                .withValue(AUTHORIZATION, headers.get(KEY_HEADER))
                .withValue(TIMEOUT, timeout(headers.get(TIMEOUT_HEADER)));
        return Contexts.interceptCall(context, call, headers, next);
    }

    /** The header of gRPC's wire format: a number and its unit. */
    static Optional<Duration> timeout(String header) {
        Matcher form = TIMEOUT_FORM.matcher(header == null ? "" : header);
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

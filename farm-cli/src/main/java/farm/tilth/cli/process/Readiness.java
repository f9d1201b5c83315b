package farm.tilth.cli.process;

import farm.tilth.protocol.FarmException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Waits until a coordinator that was just started answers, and has written its address and key. */
final class Readiness {
    private static final Duration POLL = Duration.ofMillis(150);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(5);

    private final FarmSettings settings;
    private final CompletableFuture<FarmException> failure;

    Readiness(FarmSettings settings, CompletableFuture<FarmException> failure) {
        this.settings = settings;
        this.failure = failure;
    }

    /** @throws FarmException when the coordinator dies, or is not ready in time; with the end of its log */
    FarmFile await(Keeper coordinator) throws InterruptedException {
        long deadline = System.nanoTime() + settings.startTimeout().toNanos();
        try (HttpClient http =
                HttpClient.newBuilder().connectTimeout(REQUEST_TIMEOUT).build()) {
            while (System.nanoTime() < deadline) {
                if (failure.isDone()) {
                    throw failure.join();
                }
                if (!coordinator.isAlive()) {
                    throw coordinator.program().failure("ended while it started");
                }
                Optional<FarmFile> farm = FarmFile.read(settings.data()).filter(this::isOurs);
                if (farm.isPresent() && answers(http)) {
                    return farm.get();
                }
                TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
            }
        }
        throw coordinator
                .program()
                .failure("was not ready after " + settings.startTimeout().toSeconds() + " s");
    }

    /** A farm.json of an earlier start may name another port. */
    private boolean isOurs(FarmFile farm) {
        return URI.create(farm.url()).getPort() == settings.port();
    }

    private boolean answers(HttpClient http) throws InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + settings.port() + "/q/health/ready");
        HttpRequest request =
                HttpRequest.newBuilder(uri).timeout(REQUEST_TIMEOUT).build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }
}

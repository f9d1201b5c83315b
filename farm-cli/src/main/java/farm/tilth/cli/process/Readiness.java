package farm.tilth.cli.process;

import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Waits until a coordinator that was just started answers, and until its workers have joined. */
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
                Optional<FarmFile> farm =
                        FarmFile.read(settings.data(), FarmFile.COORDINATOR).filter(this::isOurs);
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

    /** Whether all of the workers have joined; false when some did not in time. */
    boolean awaitWorkers(int wanted) throws InterruptedException {
        long deadline = System.nanoTime() + settings.startTimeout().toNanos();
        try (HttpClient http =
                HttpClient.newBuilder().connectTimeout(REQUEST_TIMEOUT).build()) {
            while (System.nanoTime() < deadline) {
                if (failure.isDone()) {
                    throw failure.join();
                }
                if (joined(http) >= wanted) {
                    return true;
                }
                TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
            }
        }
        return false;
    }

    private int joined(HttpClient http) throws InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + settings.port() + "/api/v1/farm");
        HttpRequest request =
                HttpRequest.newBuilder(uri).timeout(REQUEST_TIMEOUT).build();
        try {
            String farm =
                    http.send(request, HttpResponse.BodyHandlers.ofString()).body();
            return Json.MAPPER.readTree(farm).path("workers").path("total").asInt();
        } catch (IOException e) {
            return 0; // not yet, or not at this moment
        }
    }

    /** The file of an earlier start may name another port. */
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

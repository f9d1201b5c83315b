package farm.tilth.inference;

import farm.tilth.inference.model.ModelFiles;
import farm.tilth.protocol.wire.InferenceAnswer;
import farm.tilth.protocol.wire.InferenceBatch;
import farm.tilth.protocol.wire.InferenceCall;
import farm.tilth.protocol.wire.TextInput;
import farm.tilth.protocol.wire.TextList;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Rows per second, side by side and in alternation: a bare ONNX Runtime loop that has its tensors already, the worker's
 * executor (which tokenises and pools as well), a farm's endpoints with texts, JSON, binary tensors and gRPC, and
 * onnxruntime-node behind fastify. All run the same model with as many threads on sentences of the same length.
 *
 * <pre>InferenceBenchmark [--farm URL --key KEY] [--rounds N] [--seconds S] [--threads N] [--batches 1,8,32]
 *                    [--warm S]</pre>
 *
 * Without a farm's address (or TILTH_URL and TILTH_KEY) one is started by the script of the source tree, and stopped;
 * then the processor's time that its coordinator and its worker take for a call is shown as well.
 */
public final class InferenceBenchmark {
    private static final int[] CLIENTS = {1, 8, 64};
    private static final int FEW = 8;

    private final BenchmarkFarm farm;
    private final NodePeer peer;
    private final int rounds;
    private final long roundNanos;

    private InferenceBenchmark(BenchmarkFarm farm, NodePeer peer, int rounds, long roundNanos) {
        this.farm = farm;
        this.peer = peer;
        this.rounds = rounds;
        this.roundNanos = roundNanos;
    }

    /** What is measured; {@code process} does its work, where that is not this one. */
    private record Contender(ClosedLoop loop, Optional<ProcessHandle> coordinator, Optional<ProcessHandle> worker) {}

    private record Measured(ClosedLoop.Round round, double coordinatorMillis, double workerMillis) {}

    public static void main(String[] args) throws Exception {
        int rounds = Integer.parseInt(option(args, "--rounds").orElse("5"));
        double seconds = Double.parseDouble(option(args, "--seconds").orElse("0.5"));
        int threads = option(args, "--threads")
                .map(Integer::parseInt)
                .orElse(Runtime.getRuntime().availableProcessors());
        Optional<String> url = option(args, "--farm").or(() -> Optional.ofNullable(System.getenv("TILTH_URL")));
        Optional<String> key = option(args, "--key").or(() -> Optional.ofNullable(System.getenv("TILTH_KEY")));
        Path root = root();
        Path model = ModelFiles.bundled(BundledModel.DATA).onnx();
        try (BenchmarkFarm farm = url.isPresent() && key.isPresent()
                        ? BenchmarkFarm.at(url.get(), key.get())
                        : BenchmarkFarm.start(root.resolve("tilth"));
                NodePeer peer = NodePeer.start(root.resolve("bench/onnx-peer"), model, threads);
                OnnxExecutor executor = BundledModel.executor(false, threads);
                BareLoop quiet = new BareLoop(threads, false);
                BareLoop bare = new BareLoop(threads, true)) {
            var benchmark = new InferenceBenchmark(farm, peer, rounds, (long) (seconds * 1e9));
            benchmark.warmUp(bare, Double.parseDouble(option(args, "--warm").orElse("30")));
            for (String batch : option(args, "--batches").orElse("1,8,32").split(",")) {
                benchmark.run(Integer.parseInt(batch), bare, quiet, executor);
            }
        }
    }

    /** Long enough for the compilers of all processes to be done with what is measured. */
    private void warmUp(BareLoop bare, double seconds) throws IOException, InterruptedException {
        BinaryCall call = BinaryCall.of(bare.tokens(sentences(1)));
        for (Callers way : List.<Callers>of(
                () -> farm.binary(call),
                () -> farm.grpc(call),
                () -> farm.texts(sentences(1)),
                () -> farm.json(call),
                () -> BenchmarkFarm.binary(peer.address(), "", call))) {
            try (ClosedLoop loop = loop(FEW, way)) {
                loop.run((long) (seconds / 5 * 1e9));
            }
        }
    }

    private void run(int batch, BareLoop bare, BareLoop quiet, OnnxExecutor executor)
            throws IOException, InterruptedException {
        List<String> sentences = sentences(batch);
        BinaryCall call = BinaryCall.of(bare.tokens(sentences));
        Map<String, Contender> contenders = new LinkedHashMap<>();
        contenders.put("bare, default", own(() -> bare.run(sentences)));
        contenders.put("bare, no spinning", own(() -> quiet.run(sentences)));
        contenders.put("worker's executor", own(() -> answer(executor, sentences)));
        for (int clients : CLIENTS) {
            // Many clients fill batches by themselves.
            if (batch == 1 || clients <= FEW) {
                contenders.put("farm, binary, " + clients, farms(clients, () -> farm.binary(call)));
                contenders.put("farm, gRPC, " + clients, farms(clients, () -> farm.grpc(call)));
                contenders.put("farm, texts, " + clients, farms(clients, () -> farm.texts(sentences)));
                contenders.put(
                        "node, binary, " + clients,
                        peers(clients, () -> BenchmarkFarm.binary(peer.address(), "", call)));
                contenders.put("farm, JSON, " + clients, farms(clients, () -> farm.json(call)));
                contenders.put(
                        "node, JSON, " + clients, peers(clients, () -> BenchmarkFarm.json(peer.address(), "", call)));
            }
        }
        try {
            compare("batch " + batch, contenders);
        } finally {
            for (Contender contender : contenders.values()) {
                contender.loop.close();
            }
        }
    }

    /** Makes callers. */
    private interface Callers {
        ClosedLoop.Caller open() throws IOException;
    }

    private static Contender own(ClosedLoop.Caller caller) {
        return new Contender(new ClosedLoop(List.of(caller)), Optional.empty(), Optional.empty());
    }

    private Contender farms(int clients, Callers callers) throws IOException {
        return new Contender(loop(clients, callers), farm.coordinator(), farm.worker());
    }

    private Contender peers(int clients, Callers callers) throws IOException {
        return new Contender(loop(clients, callers), Optional.empty(), Optional.of(peer.process()));
    }

    private static ClosedLoop loop(int clients, Callers callers) throws IOException {
        List<ClosedLoop.Caller> opened = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            opened.add(callers.open());
        }
        return new ClosedLoop(opened);
    }

    private void compare(String title, Map<String, Contender> contenders) throws IOException, InterruptedException {
        Map<String, List<Measured>> measured = new LinkedHashMap<>();
        for (Map.Entry<String, Contender> contender : contenders.entrySet()) {
            measured.put(contender.getKey(), new ArrayList<>());
            contender.getValue().loop.run(roundNanos); // not counted: the processes get used to it
        }
        for (int round = 0; round < rounds; round++) {
            for (Map.Entry<String, Contender> contender : contenders.entrySet()) {
                measured.get(contender.getKey()).add(measure(contender.getValue()));
            }
        }
        System.out.printf(
                "%n%s: rows/s, median of %d rounds [least, most]; ratio to the bare loop [least, most];"
                        + " p50 of a call; processor ms per call of coordinator and worker%n",
                title, rounds);
        double[] bare = rates(measured.values().iterator().next());
        measured.forEach((name, own) -> print(name, own, bare));
    }

    private Measured measure(Contender contender) throws IOException, InterruptedException {
        double coordinator = cpuMillis(contender.coordinator);
        double worker = cpuMillis(contender.worker);
        ClosedLoop.Round round = contender.loop.run(roundNanos);
        return new Measured(
                round,
                (cpuMillis(contender.coordinator) - coordinator) / round.calls(),
                (cpuMillis(contender.worker) - worker) / round.calls());
    }

    private static double cpuMillis(Optional<ProcessHandle> process) {
        return process.flatMap(running -> running.info().totalCpuDuration())
                .map(Duration::toMillis)
                .orElse(0L);
    }

    private void print(String name, List<Measured> own, double[] bare) {
        double[] rates = rates(own);
        double[] ratios =
                IntStream.range(0, rounds).mapToDouble(i -> rates[i] / bare[i]).toArray();
        System.out.printf(
                Locale.ROOT,
                "  %-18s %8.1f [%8.1f, %8.1f]   %5.2f [%5.2f, %5.2f]   p50 %8.2f ms   cpu %6.2f %6.2f%n",
                name,
                quantile(rates, 0.5),
                quantile(rates, 0),
                quantile(rates, 1),
                quantile(ratios, 0.5),
                quantile(ratios, 0),
                quantile(ratios, 1),
                quantile(own.stream().mapToDouble(m -> m.round.medianMicros()).toArray(), 0.5) / 1000,
                own.stream().mapToDouble(Measured::coordinatorMillis).average().orElse(0),
                own.stream().mapToDouble(Measured::workerMillis).average().orElse(0));
    }

    private static double[] rates(List<Measured> own) {
        return own.stream().mapToDouble(measured -> measured.round.rate()).toArray();
    }

    private static int answer(OnnxExecutor executor, List<String> sentences) throws InterruptedException {
        TextList.Builder texts = TextList.newBuilder();
        sentences.forEach(text -> texts.addTexts(TextInput.newBuilder().setText(text)));
        InferenceAnswer answer = executor.answer(InferenceBatch.newBuilder()
                        .setModel(executor.models().getFirst().version().hex())
                        .addCalls(InferenceCall.newBuilder().setTexts(texts))
                        .build())
                .getFirst();
        if (answer.hasError()) {
            throw new IllegalStateException(answer.getError().getMessage());
        }
        return sentences.size();
    }

    /** Sentences of as many tokens each: a number of two digits is one. */
    static List<String> sentences(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "The farmer of field " + (i + 10) + " turns the soil again before it rains")
                .toList();
    }

    private static double quantile(double[] values, double at) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[(int) Math.round(at * (sorted.length - 1))];
    }

    private static Path root() throws URISyntaxException {
        return Path.of(InferenceBenchmark.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .resolve("../../..")
                .normalize();
    }

    private static Optional<String> option(String[] args, String name) {
        int at = List.of(args).indexOf(name);
        return at < 0 || at + 1 >= args.length ? Optional.empty() : Optional.of(args[at + 1]);
    }
}

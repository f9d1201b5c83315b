package farm.tilth.inference;

import farm.tilth.protocol.wire.InferenceAnswer;
import farm.tilth.protocol.wire.InferenceBatch;
import farm.tilth.protocol.wire.InferenceCall;
import farm.tilth.protocol.wire.TextInput;
import farm.tilth.protocol.wire.TextList;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Sentences per second, side by side and in alternation: a bare ONNX Runtime loop that has its tokens already (with its
 * threads waiting quietly or spinning), the worker's executor (which tokenises and pools as well), and a farm's
 * endpoints, by JSON texts and by binary tensors. The p50 is of one request, or of as many as there are clients.
 *
 * <pre>InferenceBenchmark [--farm URL --key KEY] [--rounds N] [--threads N]</pre>
 *
 * Without a farm's address (or TILTH_URL and TILTH_KEY) one is started by the script of the source tree, and stopped.
 */
public final class InferenceBenchmark {
    private static final int[] BATCHES = {1, 8, 32};
    private static final int CLIENTS = 8;
    private static final int MANY_CLIENTS = 64;
    private static final long ROUND_NANOS = 400_000_000;
    private static final long WARM_UP_NANOS = 1_000_000_000;

    private InferenceBenchmark() {}

    /** Something that embeds sentences; returns how many. */
    private interface Contender {
        int run() throws IOException, InterruptedException;
    }

    public static void main(String[] args) throws Exception {
        int rounds = Integer.parseInt(option(args, "--rounds").orElse("5"));
        int threads = option(args, "--threads")
                .map(Integer::parseInt)
                .orElse(Runtime.getRuntime().availableProcessors());
        Optional<String> url = option(args, "--farm").or(() -> Optional.ofNullable(System.getenv("TILTH_URL")));
        Optional<String> key = option(args, "--key").or(() -> Optional.ofNullable(System.getenv("TILTH_KEY")));
        try (FarmLoad farm =
                        url.isPresent() && key.isPresent() ? FarmLoad.of(url.get(), key.get()) : FarmLoad.ofOwnFarm();
                OnnxExecutor executor = BundledModel.executor(false, threads);
                BareLoop quiet = new BareLoop(threads, false);
                BareLoop bare = new BareLoop(threads, true)) {
            for (int batch : BATCHES) {
                List<String> sentences = sentences(batch);
                BinaryCall tensors = BinaryCall.of(bare.tokens(sentences));
                Map<String, Contender> contenders = new LinkedHashMap<>();
                contenders.put("bare, no spinning", () -> quiet.run(sentences));
                contenders.put("bare, default", () -> bare.run(sentences));
                contenders.put("worker's executor", () -> answer(executor, sentences));
                contenders.put("farm, JSON, 1", () -> farm.run(sentences));
                contenders.put("farm, JSON, 8", () -> farm.run(sentences, CLIENTS));
                contenders.put("farm, binary, 1", () -> farm.run(tensors, 1));
                contenders.put("farm, binary, 8", () -> farm.run(tensors, CLIENTS));
                if (batch == 1) {
                    contenders.put("farm, binary, 64", () -> farm.run(tensors, MANY_CLIENTS));
                }
                compare("batch " + batch + ", " + threads + " threads", contenders, rounds);
            }
        }
    }

    private static void compare(String title, Map<String, Contender> contenders, int rounds)
            throws IOException, InterruptedException {
        System.out.printf(
                "%n%s: sentences/s, median of %d rounds [least, most]; ratio to the bare loop%n", title, rounds);
        Map<String, double[]> rates = new LinkedHashMap<>();
        Map<String, double[]> micros = new LinkedHashMap<>();
        for (Map.Entry<String, Contender> contender : contenders.entrySet()) {
            rates.put(contender.getKey(), new double[rounds]);
            micros.put(contender.getKey(), new double[rounds]);
            rate(contender.getValue(), WARM_UP_NANOS);
        }
        for (int round = 0; round < rounds; round++) {
            for (Map.Entry<String, Contender> contender : contenders.entrySet()) {
                Round measured = rate(contender.getValue(), ROUND_NANOS);
                rates.get(contender.getKey())[round] = measured.rate;
                micros.get(contender.getKey())[round] = measured.medianMicros;
            }
        }
        double[] bare = rates.values().iterator().next();
        rates.forEach((name, own) -> {
            double[] ratios = IntStream.range(0, rounds)
                    .mapToDouble(i -> own[i] / bare[i])
                    .toArray();
            System.out.printf(
                    Locale.ROOT,
                    "  %-20s %8.1f [%8.1f, %8.1f]   %5.2f [%5.2f, %5.2f]   p50 %8.2f ms%n",
                    name,
                    quantile(own, 0.5),
                    quantile(own, 0),
                    quantile(own, 1),
                    quantile(ratios, 0.5),
                    quantile(ratios, 0),
                    quantile(ratios, 1),
                    quantile(micros.get(name), 0.5) / 1000);
        });
    }

    /** What a round measured: sentences per second, and how long the median request took. */
    private record Round(double rate, double medianMicros) {}

    private static Round rate(Contender contender, long nanos) throws IOException, InterruptedException {
        List<Double> requests = new ArrayList<>();
        long begin = System.nanoTime();
        long sentences = 0;
        long elapsed = 0;
        while (elapsed < nanos) {
            sentences += contender.run();
            long now = System.nanoTime() - begin;
            requests.add((now - elapsed) / 1e3);
            elapsed = now;
        }
        double[] sorted = requests.stream().mapToDouble(Double::doubleValue).toArray();
        return new Round(sentences * 1e9 / elapsed, quantile(sorted, 0.5));
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

    /** Sentences of 12 to 17 tokens. */
    static List<String> sentences(int count) {
        List<String> sentences = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sentences.add(
                    "The farmer of field " + (i + 10) + " turns the soil before it rains" + " again".repeat(i % 4));
        }
        return sentences;
    }

    private static double quantile(double[] values, double at) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[(int) Math.round(at * (sorted.length - 1))];
    }

    private static Optional<String> option(String[] args, String name) {
        int at = List.of(args).indexOf(name);
        return at < 0 || at + 1 >= args.length ? Optional.empty() : Optional.of(args[at + 1]);
    }
}

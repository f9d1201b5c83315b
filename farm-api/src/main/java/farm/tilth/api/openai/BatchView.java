package farm.tilth.api.openai;

import farm.tilth.protocol.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A batch as OpenAI's clients read it: every field is there, null where it has no value yet; times in seconds. */
final class BatchView {
    private BatchView() {}

    /** What is wrong with an input file; {@code line} from 1, absent when it is the whole file. */
    record Problem(String code, String message, Optional<String> param, Optional<Integer> line) {
        Map<String, Object> view() {
            Map<String, Object> view = new LinkedHashMap<>();
            view.put("code", code);
            view.put("message", message);
            view.put("param", param.orElse(null));
            view.put("line", line.orElse(null));
            return view;
        }
    }

    /** The problems as they are stored. */
    static String write(List<Problem> problems) {
        return Json.write(problems);
    }

    static Map<String, Object> of(OpenAiBatch batch) {
        OpenAiBatch.Times times = batch.times();
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("id", batch.text());
        view.put("object", "batch");
        view.put("endpoint", OpenAiBatch.ENDPOINT);
        view.put("model", batch.model().orElse(null));
        view.put("errors", batch.errors().map(BatchView::errors).orElse(null));
        view.put("input_file_id", OpenAiFile.text(batch.inputFile()));
        view.put("completion_window", "24h");
        view.put("status", batch.state().text());
        view.put("output_file_id", batch.files().output().map(OpenAiFile::text).orElse(null));
        view.put("error_file_id", batch.files().error().map(OpenAiFile::text).orElse(null));
        view.put("created_at", times.createdAt().getEpochSecond());
        view.put("in_progress_at", seconds(times.inProgressAt()));
        view.put("expires_at", times.expiresAt().getEpochSecond());
        view.put("finalizing_at", seconds(times.finalizingAt()));
        for (OpenAiBatch.State end : List.of(
                OpenAiBatch.State.COMPLETED,
                OpenAiBatch.State.FAILED,
                OpenAiBatch.State.EXPIRED,
                OpenAiBatch.State.CANCELLED)) {
            view.put(end.text() + "_at", batch.state() == end ? seconds(times.endedAt()) : null);
        }
        view.put("cancelling_at", seconds(times.cancellingAt()));
        OpenAiBatch.Counts counts = batch.counts();
        view.put(
                "request_counts",
                Map.of("total", counts.total(), "completed", counts.completed(), "failed", counts.failed()));
        view.put("usage", usage(counts.tokens()));
        view.put(
                "metadata",
                batch.metadata().map(text -> Json.read(text, Map.class)).orElse(null));
        return view;
    }

    private static Map<String, Object> usage(long tokens) {
        return Map.of(
                "input_tokens",
                tokens,
                "input_tokens_details",
                Map.of("cached_tokens", 0),
                "output_tokens",
                0,
                "output_tokens_details",
                Map.of("reasoning_tokens", 0),
                "total_tokens",
                tokens);
    }

    private static Map<String, Object> errors(String stored) {
        List<Map<String, Object>> data = new ArrayList<>();
        for (Problem problem : Json.read(stored, Problem[].class)) {
            data.add(problem.view());
        }
        return Map.of("object", "list", "data", data);
    }

    private static Long seconds(Optional<Instant> time) {
        return time.map(Instant::getEpochSecond).orElse(null);
    }
}

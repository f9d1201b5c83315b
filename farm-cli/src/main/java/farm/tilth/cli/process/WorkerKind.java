package farm.tilth.cli.process;

import com.fasterxml.jackson.annotation.JsonValue;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The workers that a farm has; a trusted one audits and assembles what the others computed. */
public enum WorkerKind {
    /** Renders tiles. */
    RENDER("render-worker"),
    /** Runs models. */
    INFERENCE("inference-worker"),
    /** Runs audits, inspection and assembly, under an operator's key. */
    TRUSTED("render-worker", "inference-worker");

    private final List<String> modules;

    WorkerKind(String... modules) {
        this.modules = List.of(modules);
    }

    public static WorkerKind parse(String text) {
        return Arrays.stream(values())
                .filter(kind -> kind.label().equals(text))
                .findFirst()
                .orElseThrow(() -> new FarmException(
                        ErrorCode.INVALID_REQUEST,
                        "'" + text + "' is no kind of worker; there are render, inference and trusted"));
    }

    List<String> modules() {
        return modules;
    }

    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}

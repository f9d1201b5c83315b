package farm.tilth.api.lease;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.util.Arrays;
import java.util.Locale;

/**
 * A class of hardware: what a job asks for, and what an engine of a worker runs on, which is never ANY. A worker's class
 * is what its program says; the results are the same on all, so that only the time that a job takes depends on it.
 */
public enum Hardware {
    ANY,
    CPU,
    GPU;

    /** How a device that is a GPU begins to describe itself: "cuda, NVIDIA H100", "cuda:0". */
    private static final String GPU_PREFIX = "cuda";

    /** The class of a device by its description; what is not known is a CPU. */
    static Hardware ofDevice(String description) {
        return description.strip().toLowerCase(Locale.ROOT).startsWith(GPU_PREFIX) ? GPU : CPU;
    }

    /**
     * Reads a name as JSON has it.
     *
     * @throws FarmException with INVALID_REQUEST when there is no such class
     */
    @JsonCreator
    public static Hardware parse(String name) {
        return Arrays.stream(values())
                .filter(hardware -> hardware.label().equals(name))
                .findFirst()
                .orElseThrow(() -> new FarmException(
                        ErrorCode.INVALID_REQUEST,
                        "hardware is 'any', 'cpu' or 'gpu', not '" + name + "'; it may be left out for 'any'"));
    }

    /** Its name as JSON has it. */
    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether a worker of this class may have the tasks of a job that asks for another. */
    boolean suits(Hardware asked) {
        return asked == ANY || asked == this;
    }
}

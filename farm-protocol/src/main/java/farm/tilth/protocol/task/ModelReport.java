package farm.tilth.protocol.task;

import static farm.tilth.protocol.task.Checks.present;

import java.util.List;

/**
 * What the inspection of a model found, in a process of its own.
 *
 * @param description by which the model is served, with its calibration
 * @param batchDifference the largest difference between a row's results alone and in a batch, relative to the tensor's
 *     largest magnitude; 0 where they are equal to the bit
 * @param runMicros how long one row took
 * @param sandbox what the process was kept from, for people
 */
public record ModelReport(
        ModelDescription description, double batchDifference, long runMicros, String sandbox, List<String> notes) {
    public ModelReport {
        present(description, "the model's description");
        notes = notes == null ? List.of() : List.copyOf(notes);
    }
}

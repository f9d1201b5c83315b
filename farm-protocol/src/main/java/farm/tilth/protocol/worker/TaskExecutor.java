package farm.tilth.protocol.worker;

import farm.tilth.protocol.result.ResultFile;
import farm.tilth.protocol.task.TaskSpec;
import java.util.Set;

/**
 * Executes tasks on one device. Called by one thread at a time, always the same one, so that a device's context may
 * stay on its thread; {@link #close} comes from that thread too.
 */
public interface TaskExecutor extends AutoCloseable {
    /** The exact program that computes: results of equal engines are equal to the bit. */
    String engine();

    /** The device, for people: "cpu, 2 threads, avx512". A GPU's begins with "cuda": by that the farm knows its class. */
    String device();

    /** The types of {@link TaskSpec} that it can execute. */
    Set<String> taskTypes();

    /**
     * Whether it can do this very task. A worker with two engines that audit asks each: an audit is for the engine
     * that does the audited task, so an executor of audits overrides this.
     */
    default boolean accepts(TaskSpec spec) {
        return taskTypes().contains(spec.type());
    }

    /**
     * Computes the task's result, or throws.
     *
     * @throws farm.tilth.protocol.FarmException when it cannot be done. The input is at fault, on every worker alike,
     *     when the code is not {@linkplain farm.tilth.protocol.ErrorCode#isTransient() transient}
     * @throws InterruptedException when the lease was lost; the result is not wanted any more
     */
    ResultFile execute(TaskSpec spec, TaskContext context) throws InterruptedException;

    @Override
    void close();
}

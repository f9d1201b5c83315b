package farm.tilth.protocol.worker;

import java.util.List;

/** Found by {@link java.util.ServiceLoader}: each worker module offers the executors that this machine can run. */
public interface TaskExecutorFactory {
    /**
     * Probes the machine and opens an executor per device. An absent device is a normal outcome, never an exception.
     *
     * @return possibly none
     */
    List<TaskExecutor> open(WorkerConfig config);
}

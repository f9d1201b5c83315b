package farm.tilth.cli.process;

import java.util.List;

/** The command lines of a farm's programs, without the arguments that say which farm. */
public interface Programs {
    List<String> coordinatorCommand();

    List<String> workerCommand(WorkerKind kind);
}

package farm.tilth.cli.process;

import java.nio.file.Path;
import java.util.List;

/** The command lines of a farm's programs, without the arguments that say which farm. */
public interface Programs {
    List<String> coordinatorCommand();

    List<String> workerCommand(WorkerKind kind);

    /** A chain on this machine, whose state is kept in the file. */
    List<String> chainCommand(int port, Path state);
}

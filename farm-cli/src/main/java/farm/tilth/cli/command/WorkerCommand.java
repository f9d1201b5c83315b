package farm.tilth.cli.command;

import farm.tilth.cli.client.FarmAddress;
import farm.tilth.cli.process.ForegroundProcess;
import farm.tilth.cli.process.Supervisor;
import farm.tilth.cli.process.WorkerKind;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Joins a worker to a farm anywhere, until it is interrupted. */
@Command(
        name = "worker",
        description = "Join this machine to a farm as a worker, until Ctrl-C.",
        mixinStandardHelpOptions = true)
final class WorkerCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    private FarmOptions farm;

    @Parameters(paramLabel = "KIND", description = "render, inference or trusted (an operator's, for audits).")
    private String kind;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "The worker's own folder: its identity and its cache (default: tilth-worker/KIND beside the "
                    + "script).")
    private Path data;

    @Option(names = "--name", paramLabel = "NAME", description = "What people call it (default: this machine's name).")
    private String name;

    @Option(names = "--threads", paramLabel = "N", description = "CPU threads that it may use (default: all).")
    private Integer threads;

    WorkerCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws InterruptedException {
        WorkerKind worker = WorkerKind.parse(kind);
        FarmAddress address = farm.address(surroundings);
        Path folder = data == null
                ? surroundings.installation().root().resolve("tilth-worker").resolve(worker.label())
                : data;
        List<String> command = new ArrayList<>(surroundings.installation().workerCommand(worker));
        command.addAll(Supervisor.workerArguments(
                worker, address.url().toString(), folder.toAbsolutePath(), name == null ? machineName(worker) : name));
        if (threads != null) {
            command.addAll(List.of("--threads", threads.toString()));
        }
        int status =
                ForegroundProcess.run(command, Map.of("TILTH_KEY", address.key()), ProcessBuilder.Redirect.INHERIT);
        return status == 0 ? 0 : 1;
    }

    private static String machineName(WorkerKind kind) {
        try {
            return InetAddress.getLocalHost().getHostName() + "-" + kind.label();
        } catch (UnknownHostException e) {
            return kind.label();
        }
    }
}

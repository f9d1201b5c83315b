package farm.tilth.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import farm.tilth.cli.client.Farm;
import farm.tilth.cli.client.FarmAddress;
import farm.tilth.cli.demo.ChainDemo;
import farm.tilth.cli.demo.Demo;
import farm.tilth.cli.demo.Voice;
import farm.tilth.cli.process.FarmFile;
import farm.tilth.cli.process.FarmSettings;
import farm.tilth.cli.process.ForegroundProcess;
import farm.tilth.cli.process.Supervisor;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows the whole: starts a farm, gives it work, checks what it did, and stops it. */
@Command(
        name = "demo",
        description = "Start a farm, render the sample scene and an animation, run the model, check receipts and "
                + "books, stop the farm.",
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where the results go (default: demo-out beside the script).")
    private Path out;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "The farm's data folder (default: a temporary one, removed at the end).")
    private Path data;

    @Option(
            names = "--chain",
            description =
                    "Go on with a chain on this machine: a deposit, a job paid from it, a cheat slashed, and a claim.")
    private boolean chain;

    @Option(names = "--json", description = "Print exactly one JSON document; progress goes to the standard error.")
    private boolean json;

    DemoCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws InterruptedException {
        Path results = (out == null ? surroundings.installation().root().resolve("demo-out") : out)
                .toAbsolutePath()
                .normalize();
        try {
            Files.createDirectories(results);
            FarmSettings settings = data == null
                    ? FarmSettings.temporary(FarmSettings.DEFAULT_WORKERS)
                    : FarmSettings.of(data, Supervisor.freePort(), FarmSettings.DEFAULT_WORKERS);
            run(settings.withChain(chain), results);
            return 0;
        } catch (IOException e) {
            throw new FarmException(ErrorCode.OUT_OF_RESOURCES, "the demo could not write its files: " + e, e);
        }
    }

    private void run(FarmSettings settings, Path results) throws IOException, InterruptedException {
        Console console = new Console(surroundings, json);
        console.progress("starting the farm in " + settings.data());
        try (Supervisor supervisor = Supervisor.start(settings, surroundings.installation(), console::progress)) {
            Path scene = sampleScene(results);
            FarmFile contact = supervisor.farm();
            console.say("farm       " + contact.url() + ", " + settings.describeWorkers() + " worker");
            try (Farm farm = new Farm(FarmAddress.of(contact.url(), contact.key()))) {
                Voice voice = new Voice(console::say, console::progress, console::progress);
                int workers = settings.workers().values().stream()
                        .mapToInt(Integer::intValue)
                        .sum();
                ObjectNode done = new Demo(farm, results, voice).run(scene, workers);
                if (chain) {
                    URI node = supervisor.chainUrl().orElseThrow();
                    ChainDemo onChain = new ChainDemo(farm.client(), URI.create(contact.url()), node, voice);
                    done.set("chain", onChain.run(scene).document());
                }
                console.document(done);
            }
        }
        console.say("all of it is in " + results);
    }

    private Path sampleScene(Path results) throws InterruptedException {
        Path scene = results.resolve("sample-scene.glb");
        int status = ForegroundProcess.run(
                surroundings.installation().sampleSceneCommand(scene), Map.of(), ProcessBuilder.Redirect.DISCARD);
        if (status != 0) {
            throw new FarmException(ErrorCode.INTERNAL, "the sample scene could not be written to " + scene);
        }
        return scene;
    }
}

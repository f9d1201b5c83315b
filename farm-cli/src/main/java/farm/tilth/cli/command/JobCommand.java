package farm.tilth.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import farm.tilth.cli.client.Farm;
import farm.tilth.cli.client.Job;
import farm.tilth.cli.client.OutputTarget;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Looks at jobs, follows them, stops them, and fetches their files. */
@Command(
        name = "job",
        description = "List, show, watch, cancel and download jobs.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true)
final class JobCommand {
    private static final String ROW = "%-36s  %-6s  %-10s  %9s  %12s  %s";

    /** The commands that are below this one. */
    static Object[] subcommands(Surroundings surroundings) {
        return new Object[] {
            new List(surroundings),
            new Show(surroundings),
            new Watch(surroundings),
            new Cancel(surroundings),
            new Download(surroundings)
        };
    }

    private static void describe(JsonNode job, Console console) {
        JsonNode tasks = job.path("tasks");
        JsonNode price = job.path("price");
        console.say(ROW.formatted(
                job.path("id").asText(),
                job.path("kind").asText(),
                job.path("state").asText(),
                tasks.path("accepted").asInt() + "/" + tasks.path("total").asInt(),
                Console.tokens(price.path("paid").asLong() + price.path("fees").asLong()),
                job.path("createdAt").asText()));
        if (job.path("error").isObject()) {
            console.say("  " + job.path("error").path("code").asText() + ": "
                    + job.path("error").path("detail").asText());
        }
    }

    /** {@code job list}. */
    @Command(name = "list", description = "The latest jobs.", mixinStandardHelpOptions = true)
    static final class List extends FarmCommand {
        @Option(names = "--limit", paramLabel = "N", description = "At most that many (default: ${DEFAULT-VALUE}).")
        private int limit = 20;

        List(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        int run(Farm farm, Console console) throws InterruptedException {
            JsonNode answer = farm.client().get("/api/v1/jobs?limit=" + limit);
            JsonNode jobs = Documents.list(answer, "jobs");
            console.say(ROW.formatted("job", "kind", "state", "tasks", "paid (T)", "created"));
            jobs.forEach(job -> describe(job, console));
            console.document(answer);
            return 0;
        }
    }

    /** {@code job show}. */
    @Command(name = "show", description = "Everything about a job.", mixinStandardHelpOptions = true)
    static final class Show extends FarmCommand {
        @Parameters(paramLabel = "JOB")
        private String id;

        Show(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        int run(Farm farm, Console console) throws InterruptedException {
            JsonNode job = farm.jobDocument(id);
            describe(job, console);
            job.path("outputs")
                    .forEach(output -> console.say("  %-28s %12d bytes"
                            .formatted(
                                    output.path("name").asText(),
                                    output.path("bytes").asLong())));
            console.document(job);
            return 0;
        }
    }

    /** {@code job watch}. */
    @Command(name = "watch", description = "Follow a job to its end.", mixinStandardHelpOptions = true)
    static final class Watch extends FarmCommand {
        @Parameters(paramLabel = "JOB")
        private String id;

        @Mixin
        private FollowOptions follow;

        Watch(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        int run(Farm farm, Console console) throws InterruptedException {
            Job job = follow.follow(farm, id, console);
            JsonNode document = farm.jobDocument(id);
            describe(document, console);
            console.document(document);
            return job.state() == Job.State.COMPLETED ? 0 : 1;
        }
    }

    /** {@code job cancel}. */
    @Command(
            name = "cancel",
            description = "Stop a job; what was not computed is refunded.",
            mixinStandardHelpOptions = true)
    static final class Cancel extends FarmCommand {
        @Parameters(paramLabel = "JOB")
        private String id;

        Cancel(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        int run(Farm farm, Console console) throws InterruptedException {
            JsonNode job = farm.cancel(id);
            describe(job, console);
            console.document(job);
            return 0;
        }
    }

    /** {@code job download}. */
    @Command(name = "download", description = "Fetch a job's files.", mixinStandardHelpOptions = true)
    static final class Download extends FarmCommand {
        @Parameters(paramLabel = "JOB")
        private String id;

        @Option(
                names = {"-o", "--out"},
                required = true,
                paramLabel = "OUT",
                description = "A .png, .exr or .mp4, a pattern (frame-####.png), or a folder for everything.")
        private String out;

        Download(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        int run(Farm farm, Console console) throws InterruptedException {
            Job job = farm.job(id);
            console.document(Downloads.fetch(farm, job, OutputTarget.of(out), console));
            return 0;
        }
    }
}

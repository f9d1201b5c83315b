package farm.tilth.cli.command;

import farm.tilth.cli.client.Job;
import farm.tilth.protocol.Json;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/**
 * Where a command speaks: results to the standard output, progress to the standard error. With {@code --json} the
 * standard output gets one document and nothing else.
 */
public final class Console {
    private static final int LINE_WIDTH = 78;
    private static final Duration LINE_PAUSE = Duration.ofSeconds(3);

    private final PrintStream out;
    private final PrintStream err;
    private final boolean terminal;
    private final boolean json;
    private String shown = "";
    private long shownNanos;

    Console(Surroundings surroundings, boolean json) {
        this.out = surroundings.out();
        this.err = surroundings.err();
        this.terminal = surroundings.terminal();
        this.json = json;
    }

    /** A line for people; not with {@code --json}. */
    public void say(String line) {
        clear();
        (json ? err : out).println(line);
    }

    /** The result for scripts; only with {@code --json}. */
    public void document(Object document) {
        clear();
        if (json) {
            out.println(Json.write(document));
        }
    }

    /** What goes on at present. On a terminal the next one takes its place. */
    public void progress(String line) {
        boolean soon = System.nanoTime() - shownNanos < LINE_PAUSE.toNanos();
        if (line.equals(shown) || !terminal && soon && sameSubject(line)) {
            return;
        }
        if (terminal) {
            err.printf("\r%-" + LINE_WIDTH + "s", clip(line));
            err.flush();
        } else {
            err.println(line);
        }
        shown = line;
        shownNanos = System.nanoTime();
    }

    /** Whether the line only carries the last one on: where lines stay, one in a while is enough of those. */
    private boolean sameSubject(String line) {
        int colon = line.indexOf(':');
        return colon > 0 && shown.startsWith(line.substring(0, colon));
    }

    /** Shows how far a job is. */
    public void progress(Job job) {
        Job.Tasks tasks = job.tasks();
        progress(String.format(
                Locale.ROOT,
                "%s %s: %d of %d tasks accepted, %d at work, paid %s T",
                job.kind().toLowerCase(Locale.ROOT),
                job.state().toString().toLowerCase(Locale.ROOT),
                tasks.accepted(),
                tasks.total(),
                tasks.leased() + tasks.reported(),
                tokens(job.price().paid() + job.price().fees())));
    }

    /** An amount of the ledger's smallest unit, in T. */
    public static String tokens(long microTokens) {
        return TokenAmount.text(microTokens);
    }

    private void clear() {
        if (terminal && !shown.isEmpty()) {
            err.printf("\r%" + LINE_WIDTH + "s\r", "");
            err.flush();
        }
        shown = "";
    }

    private static String clip(String line) {
        return line.length() <= LINE_WIDTH ? line : line.substring(0, LINE_WIDTH - 1) + "…";
    }
}

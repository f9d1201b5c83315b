package farm.tilth.ledger.escrow;

import farm.tilth.ledger.ledger.AccountId;
import farm.tilth.ledger.ledger.Cause;
import farm.tilth.ledger.ledger.InterceptedLedger;
import farm.tilth.ledger.ledger.JournalEntry;
import farm.tilth.ledger.ledger.Ledger;
import farm.tilth.ledger.ledger.SettableClock;
import farm.tilth.ledger.ledger.TransferResult;
import farm.tilth.ledger.ledger.Treasury;
import farm.tilth.ledger.stake.Stakes;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.result.Receipt;
import farm.tilth.protocol.task.JobId;
import farm.tilth.protocol.task.TaskId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;

/**
 * A coordinator's money in small: jobs, tasks, pay that is held back, windows of calls, stakes. It remembers in rows
 * what it has heard of the ledger, and may die between any two of its steps, before or after the ledger did what it was
 * asked; then it begins the step again. A second coordinator may do the same at the same time, from older rows.
 */
public final class LedgerWorld {
    static final Receipt.Prices PRICES = new Receipt.Prices(1_000, 777);
    private static final int CUSTOMERS = 3;
    /** Its workers are {@link #worker(int)} of 0 to this, without it. */
    public static final int WORKERS = 3;

    private static final int WINDOW_SECONDS = 20;

    final Ledger ledger;
    final List<Job> jobs = new ArrayList<>();
    final List<Task> tasks = new ArrayList<>();
    private final Random random;
    private final SettableClock clock;
    private final Ledger unreliable;
    private final Escrow escrow;
    private final Holdback holdback;
    private final Calls calls;
    private final Stakes stakes;
    private final List<CallWindow> windows = new ArrayList<>();
    private final Map<UUID, CallSettlement> settlements = new TreeMap<>();
    private double crashRate;
    private long seconds;
    private int names;

    public LedgerWorld(long seed, SettableClock clock, Ledger ledger) {
        this.random = new Random(seed);
        this.clock = clock;
        this.ledger = ledger;
        this.crashRate = random.nextInt(3) * 0.2;
        this.unreliable = new InterceptedLedger(ledger, this::orCrash);
        this.escrow = new Escrow(unreliable);
        this.holdback = new Holdback(unreliable);
        this.calls = new Calls(unreliable);
        this.stakes = new Stakes(unreliable);
    }

    /** A job's row. */
    static final class Job {
        final JobId id;
        final UUID customer;
        final long ceiling;
        boolean funded;
        boolean ending;
        boolean finished;

        Job(JobId id, UUID customer, long ceiling) {
            this.id = id;
            this.customer = customer;
            this.ceiling = ceiling;
        }
    }

    /** A task's row: accepted when it is here; its held pay ends once. */
    static final class Task {
        final TaskPayment payment;
        final Job job;
        boolean paid;
        boolean forfeit;
        boolean ended;

        Task(TaskPayment payment, Job job) {
            this.payment = payment;
            this.job = job;
        }

        Holdback.Held held() {
            return new Holdback.Held(payment.task(), payment.worker(), job.customer, payment.workerShare());
        }
    }

    private List<TransferResult> orCrash(List<JournalEntry> entries) {
        crash();
        List<TransferResult> results = ledger.createEntries(entries);
        crash();
        return results;
    }

    private void crash() {
        if (random.nextDouble() < crashRate) {
            throw new FarmException(ErrorCode.UNAVAILABLE, "it died");
        }
    }

    /** Does one thing, or a part of it. */
    public String step() {
        int choice = random.nextInt(14);
        try {
            return choice + " " + step(choice);
        } catch (FarmException e) {
            if (e.code() != ErrorCode.UNAVAILABLE) {
                throw e;
            }
            return choice + " died";
        }
    }

    private Object step(int choice) {
        return switch (choice) {
            case 0 -> credit();
            case 1 -> order();
            case 2, 3, 4 -> accept();
            case 5, 6 -> pay();
            case 7 -> earn();
            case 8 -> fault();
            case 9 -> forfeit();
            case 10 -> end();
            case 11 -> openWindow();
            case 12 -> settleWindow();
            default -> random.nextBoolean() ? tick() : stake();
        };
    }

    private UUID customer() {
        return new UUID(1, random.nextInt(CUSTOMERS));
    }

    private Digest worker() {
        return worker(random.nextInt(WORKERS));
    }

    public static Digest worker(int number) {
        return Digest.ofText("worker " + number);
    }

    private Cause name() {
        return Cause.request("world", Integer.toString(random.nextInt(4) == 0 ? random.nextInt(names + 1) : names++));
    }

    private Object credit() {
        return new Treasury(unreliable).credit(AccountId.customer(customer()), 1 + random.nextInt(50_000), name());
    }

    private Object order() {
        Job job = jobs.isEmpty() || random.nextInt(3) > 0
                ? new Job(new JobId(new UUID(2, jobs.size())), customer(), random.nextInt(20_000))
                : jobs.get(random.nextInt(jobs.size()));
        if (!jobs.contains(job)) {
            jobs.add(job);
        }
        TransferResult result = escrow.open(job.id, job.customer, job.ceiling);
        job.funded |= result.done();
        return result;
    }

    private Object accept() {
        List<Job> open = jobs.stream().filter(job -> job.funded && !job.ending).toList();
        if (open.isEmpty()) {
            return "no job";
        }
        Job job = open.get(random.nextInt(open.size()));
        long spent = tasks.stream()
                .filter(task -> task.job == job)
                .mapToLong(task -> task.payment.gross())
                .sum();
        long units = 1_000L * random.nextInt(1, 3_000);
        TaskPayment payment = new TaskPayment(new TaskId(job.id, tasks.size()), worker(), units, PRICES);
        if (spent + payment.gross() > job.ceiling) {
            return "too much"; // a plan's tasks never cost more than its ceiling
        }
        tasks.add(new Task(payment, job));
        return payment;
    }

    private Object pay() {
        return pay(tasks.stream()
                .filter(task -> !task.paid || random.nextInt(8) == 0)
                .toList());
    }

    private Object pay(List<Task> due) {
        List<TransferResult> results =
                escrow.payAll(due.stream().map(task -> task.payment).toList());
        for (int i = 0; i < due.size(); i++) {
            require(results.get(i).done(), "an accepted task is not paid: " + results.get(i));
            due.get(i).paid = true;
        }
        return results.size();
    }

    /** Also some whose worker was found at fault meanwhile, as a replica with older rows would. */
    private Object earn() {
        List<Task> due = tasks.stream()
                .filter(task -> task.paid && task.payment.workerShare() > 0)
                .filter(task -> !task.ended && (!task.forfeit || random.nextInt(3) == 0) || random.nextInt(20) == 0)
                .filter(_ -> random.nextBoolean())
                .toList();
        return ended(due, holdback.earn(due.stream().map(Task::held).toList()));
    }

    private Object fault() {
        Digest worker = worker();
        tasks.stream()
                .filter(task ->
                        task.paid && !task.ended && task.payment.worker().equals(worker))
                .forEach(task -> task.forfeit = true);
        return stakes.slash(worker, 1 + random.nextInt(200), Digest.ofText("evidence " + random.nextInt(100)));
    }

    private Object forfeit() {
        List<Task> due = tasks.stream()
                .filter(task -> task.forfeit && !task.ended && task.payment.workerShare() > 0)
                .toList();
        return ended(due, holdback.forfeit(due.stream().map(Task::held).toList()));
    }

    private static Object ended(List<Task> due, List<TransferResult> results) {
        for (int i = 0; i < due.size(); i++) {
            boolean otherwise = results.get(i) == TransferResult.EXISTS_WITH_DIFFERENT_ACCOUNTS;
            require(results.get(i).done() || otherwise, "held pay does not end: " + results.get(i));
            due.get(i).ended = true;
        }
        return results.size();
    }

    private Object end() {
        List<Job> open =
                jobs.stream().filter(job -> job.funded && !job.finished).toList();
        return open.isEmpty() ? "no job" : end(open.get(random.nextInt(open.size())));
    }

    private Object end(Job job) {
        job.ending = true;
        pay(tasks.stream().filter(task -> task.job == job).toList());
        escrow.refund(job.id, job.customer);
        job.finished = true;
        return job.id;
    }

    private Object openWindow() {
        CallWindow window = new CallWindow(
                new UUID(3, windows.size()),
                customer(),
                1 + random.nextInt(3_000),
                Instant.ofEpochSecond(seconds + WINDOW_SECONDS));
        windows.add(window);
        return calls.open(window);
    }

    private Object settleWindow() {
        if (windows.isEmpty()) {
            return "no window";
        }
        CallWindow window = windows.get(random.nextInt(windows.size()));
        CallSettlement settlement = settlements.computeIfAbsent(window.id(), _ -> settlement(window));
        return calls.settle(List.of(settlement));
    }

    private CallSettlement settlement(CallWindow window) {
        TreeMap<Digest, Long> shares = new TreeMap<>();
        long rest = window.amount();
        for (int i = random.nextInt(3); i > 0; i--) {
            long share = random.nextLong(rest + 1);
            shares.merge(worker(), share, Long::sum);
            rest -= share;
        }
        return new CallSettlement(window, shares, random.nextLong(rest + 1));
    }

    private Object tick() {
        seconds += random.nextInt(15);
        clock.set(Instant.ofEpochSecond(seconds));
        return unreliable.expireHolds(10);
    }

    private Object stake() {
        return random.nextBoolean()
                ? stakes.deposit(customer(), worker(), 1 + random.nextInt(500), name())
                : stakes.withdraw(customer(), worker(), 1 + random.nextInt(300), name());
    }

    /** Everything that was begun comes to its end, with no more crashes. */
    public void finish() {
        crashRate = 0;
        // The reply about a job's escrow may have been lost: the coordinator looks into the books.
        jobs.forEach(job -> job.funded |= escrow.balance(job.id).credited() > 0);
        jobs.stream().filter(job -> job.funded).forEach(this::end);
        forfeit();
        for (Task task : tasks) {
            if (!task.ended && task.payment.workerShare() > 0) {
                ended(List.of(task), holdback.earn(List.of(task.held())));
            }
        }
        seconds += WINDOW_SECONDS + 1;
        clock.set(Instant.ofEpochSecond(seconds));
        ledger.expireHolds(Ledger.MAX_PAGE);
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }
}

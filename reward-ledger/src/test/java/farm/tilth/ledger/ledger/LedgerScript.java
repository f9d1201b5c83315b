package farm.tilth.ledger.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;

import farm.tilth.protocol.Digest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs a ledger through a table of text and checks what each line says. A line is a transfer with its result, a
 * balance, a time, or the expiry of holds:
 *
 * <pre>
 * direct  t1          T -> A 100              CREATED
 * hold    h1          A -> B  40 @60          CREATED
 * post    p1 of h1    A -> B  30              CREATED
 * direct  t2          A -> B   1 &amp;
 * direct  t3          A -> C 999              INSUFFICIENT_FUNDS     (both lines are one entry)
 * balance A           credited 100 debited 30 held 0
 * time    61
 * expired 1
 * </pre>
 *
 * Accounts: T is the treasury, F the fees, W and V workers, every other letter a customer.
 */
public final class LedgerScript {
    private static final Pattern TRANSFER = Pattern.compile(
            "(direct|hold|post|release|expire) +(\\w+)(?: +of +(\\w+))? +(\\w) *-> *(\\w) +(\\d+)(?: +@(\\d+))?"
                    + "(?: +purpose=(\\w+))?(?: +cause=(\\w+))? +(&|[A-Z_]+)");
    private static final Pattern BALANCE =
            Pattern.compile("balance +(\\w) +credited +(\\d+) +debited +(\\d+) +held +(\\d+)");

    private final Ledger ledger;
    private final SettableClock clock;
    private final List<Transfer> entry = new ArrayList<>();

    private LedgerScript(Ledger ledger, SettableClock clock) {
        this.ledger = ledger;
        this.clock = clock;
    }

    public static void run(Ledger ledger, SettableClock clock, String table) {
        LedgerScript script = new LedgerScript(ledger, clock);
        table.strip().lines().map(String::strip).forEach(script::line);
    }

    public static AccountId account(String letter) {
        return switch (letter) {
            case "T" -> AccountId.TREASURY;
            case "F" -> AccountId.FEES;
            case "W", "V" -> AccountId.worker(Digest.ofText(letter));
            default -> AccountId.customer(uuid("customer " + letter));
        };
    }

    private void line(String line) {
        Matcher balance = BALANCE.matcher(line);
        Matcher transfer = TRANSFER.matcher(line);
        if (balance.matches()) {
            AccountId account = account(balance.group(1));
            assertEquals(
                    new AccountBalance(
                            account,
                            Long.parseLong(balance.group(2)),
                            Long.parseLong(balance.group(3)),
                            Long.parseLong(balance.group(4))),
                    ledger.balance(account),
                    line);
        } else if (transfer.matches()) {
            entry.add(transfer(transfer));
            if (!transfer.group(10).equals("&")) {
                List<TransferResult> results = ledger.createEntries(List.of(new JournalEntry(entry)));
                assertEquals(List.of(TransferResult.valueOf(transfer.group(10))), results, line);
                entry.clear();
            }
        } else if (line.startsWith("time ")) {
            clock.set(Instant.ofEpochSecond(Long.parseLong(line.substring(5).strip())));
        } else if (line.startsWith("expired ")) {
            assertEquals(Integer.parseInt(line.substring(8).strip()), ledger.expireHolds(100), line);
        } else if (!line.isEmpty()) {
            throw new IllegalArgumentException("not a line of a script: " + line);
        }
    }

    private static Transfer transfer(Matcher line) {
        TransferId hold = line.group(3) == null ? null : new TransferId(uuid(line.group(3)));
        Step step =
                switch (line.group(1)) {
                    case "direct" -> new Step.Direct();
                    case "hold" -> new Step.Hold(Instant.ofEpochSecond(Long.parseLong(line.group(7))));
                    case "post" -> new Step.Post(hold);
                    case "release" -> new Step.Release(hold);
                    default -> new Step.Expire(hold);
                };
        return new Transfer(
                new TransferId(uuid(line.group(2))),
                account(line.group(4)),
                account(line.group(5)),
                Long.parseLong(line.group(6)),
                line.group(8) == null ? Purpose.PAY : Purpose.valueOf(line.group(8)),
                Cause.request("script", line.group(9) == null ? "fact" : line.group(9)),
                step);
    }

    private static UUID uuid(String name) {
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    }
}

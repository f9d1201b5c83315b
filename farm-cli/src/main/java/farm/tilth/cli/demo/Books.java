package farm.tilth.cli.demo;

import farm.tilth.cli.client.Statement;
import farm.tilth.protocol.result.Receipt;
import farm.tilth.protocol.result.ReceiptCheck;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Checks a farm's statement against the receipts of its jobs. */
public final class Books {
    private final Statement statement;
    private final Map<String, List<Statement.Posting>> byTransfer = new HashMap<>();
    private final List<String> findings = new ArrayList<>();

    private Books(Statement statement) {
        this.statement = statement;
        for (Statement.Posting posting : statement.postings()) {
            byTransfer
                    .computeIfAbsent(posting.transfer(), transfer -> new ArrayList<>())
                    .add(posting);
        }
    }

    /**
     * What does not hold, for people: postings that do not sum to 0, a transfer whose sides do not, a
     * receipt that is false, a payment that the ledger has not, a job that was paid otherwise than its receipt says.
     *
     * @param statement of the whole farm
     */
    public static List<String> findings(Statement statement, Collection<Receipt> receipts) {
        Books books = new Books(statement);
        books.checkBalance();
        receipts.forEach(books::checkReceipt);
        return List.copyOf(books.findings);
    }

    private void checkBalance() {
        require(statement.sum() == 0, "the postings sum to " + statement.sum() + ", not 0");
        byTransfer.forEach((transfer, sides) -> {
            long sum = sides.stream().mapToLong(Statement.Posting::signed).sum();
            require(sum == 0, "the sides of transfer " + transfer + " sum to " + sum);
        });
    }

    private void checkReceipt(Receipt receipt) {
        String job = "job " + receipt.job() + ": ";
        ReceiptCheck.findings(receipt).forEach(finding -> findings.add(job + finding));
        long listed = 0;
        for (Receipt.PaidTask task : receipt.tasks()) {
            for (Receipt.Payment payment : task.payments()) {
                checkPayment(job + "task " + task.index() + ": ", payment);
                listed += payment.amount();
            }
        }
        long posted = creditsOf(receipt.job().toString(), "PAY")
                + creditsOf(receipt.job().toString(), "FEE");
        require(posted == listed, job + "the ledger paid " + posted + ", the receipt lists " + listed);
    }

    private void checkPayment(String where, Receipt.Payment payment) {
        List<Statement.Posting> sides = byTransfer.getOrDefault(payment.transfer(), List.of());
        boolean debit = sides.stream().anyMatch(side -> is(side, "DEBIT", payment.debit(), payment.amount()));
        boolean credit = sides.stream().anyMatch(side -> is(side, "CREDIT", payment.credit(), payment.amount()));
        require(
                debit && credit,
                where + "the ledger has no transfer " + payment.transfer() + " of " + payment.amount());
    }

    private static boolean is(Statement.Posting side, String direction, String account, long amount) {
        return side.direction().equals(direction) && side.account().equals(account) && side.amount() == amount;
    }

    private long creditsOf(String job, String purpose) {
        return statement.postings().stream()
                .filter(posting ->
                        job.equals(posting.job()) && posting.direction().equals("CREDIT"))
                .filter(posting -> purpose.equalsIgnoreCase(posting.purpose()))
                .mapToLong(Statement.Posting::amount)
                .sum();
    }

    private void require(boolean condition, String finding) {
        if (!condition) {
            findings.add(finding);
        }
    }
}

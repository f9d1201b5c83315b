package farm.tilth.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import farm.tilth.protocol.Csv;
import farm.tilth.protocol.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A statement of the ledger: of one account, or of a whole farm, whose postings sum to 0. */
public record Statement(ObjectNode document, List<Posting> postings) {
    private static final int PAGE = 1000;
    private static final int MAX_PAGES = 1000;
    private static final String ROW = "%-30s  %-44s  %6s  %16s  %s";

    public Statement {
        postings = List.copyOf(postings);
    }

    /** One side of a transfer; amounts are of the smallest unit. */
    public record Posting(
            String transfer,
            String at,
            String account,
            String direction,
            long amount,
            String purpose,
            String job,
            Integer task) {
        /** What the posting adds to its account: credits are positive. */
        public long signed() {
            return direction.equals("CREDIT") ? amount : -amount;
        }
    }

    /** Fetches all of its pages. */
    public static Statement fetch(Farm farm, boolean wholeFarm) throws InterruptedException {
        ArrayNode postings = Json.MAPPER.createArrayNode();
        ObjectNode first = null;
        long after = 0;
        for (int page = 0; page < MAX_PAGES; page++) {
            JsonNode answer = farm.client().get(path(wholeFarm, after));
            first = first == null ? answer.deepCopy() : first;
            JsonNode lines = answer.path("postings");
            lines.forEach(postings::add);
            if (lines.size() < PAGE) {
                break;
            }
            after = lines.get(lines.size() - 1).path("number").asLong();
        }
        first.set("postings", postings);
        return of(first);
    }

    static Statement of(ObjectNode document) {
        List<Posting> postings = new ArrayList<>();
        document.path("postings").forEach(posting -> postings.add(Answers.read(posting, Posting.class)));
        return new Statement(document, postings);
    }

    private static String path(boolean wholeFarm, long after) {
        return "/api/v1/ledger/statement?limit=" + PAGE + "&after=" + after + (wholeFarm ? "&all=true" : "");
    }

    /** Credits less debits. */
    public long sum() {
        return postings.stream().mapToLong(Posting::signed).reduce(0, Math::addExact);
    }

    /** For spreadsheets: comma-separated values under a header. */
    public List<String> csv() {
        List<String> lines = new ArrayList<>();
        lines.add(csv(List.of("transfer", "at", "account", "direction", "amount", "purpose", "job", "task")));
        for (Posting p : postings) {
            lines.add(csv(List.of(
                    p.transfer(),
                    p.at(),
                    p.account(),
                    p.direction(),
                    p.amount(),
                    p.purpose(),
                    p.job() == null ? "" : p.job(),
                    p.task() == null ? "" : p.task())));
        }
        return lines;
    }

    private static String csv(List<?> fields) {
        String line = Csv.line(fields);
        return line.substring(0, line.length() - 2);
    }

    /** For people. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(ROW.formatted("at", "account", "", "µT", "purpose"));
        for (Posting posting : postings) {
            lines.add(String.format(
                    Locale.ROOT,
                    ROW,
                    posting.at(),
                    posting.account(),
                    posting.direction().equals("CREDIT") ? "credit" : "debit",
                    posting.amount(),
                    posting.purpose()));
        }
        lines.add(postings.size() + " postings; credits less debits: " + sum() + " µT");
        return lines;
    }
}

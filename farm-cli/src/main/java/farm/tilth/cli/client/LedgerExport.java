package farm.tilth.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import farm.tilth.protocol.Csv;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.result.LedgerAnchor;
import farm.tilth.protocol.result.LedgerCheck;
import farm.tilth.protocol.result.SealedTransfer;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A ledger in a folder: the log of all transfers as comma-separated values, and the anchors that the farm signed. */
public record LedgerExport(Path folder) {
    /** The log's file. */
    public static final String LOG = "ledger.csv";
    /** The anchors' file. */
    public static final String ANCHORS = "anchors.json";

    private static final int PAGE = 10_000;
    private static final int MAX_PAGES = 10_000;
    private static final int MAX_LINE = 4096;

    /**
     * Has the farm sign where its books stand, and fetches all up to there.
     *
     * @return how many transfers
     */
    public long fetch(Farm farm) throws InterruptedException {
        farm.client().post("/api/v1/ledger/anchors", Map.of());
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve(ANCHORS), anchors(farm) + "\n");
            long transfers = 0;
            try (BufferedWriter log = Files.newBufferedWriter(folder.resolve(LOG))) {
                long after = 0;
                for (int page = 0; page < MAX_PAGES; page++) {
                    String text = farm.client().text("/api/v1/ledger/log?limit=" + PAGE + "&after=" + after);
                    log.write(text);
                    List<String> lines = text.lines().skip(after == 0 ? 1 : 0).toList();
                    transfers += lines.size();
                    if (lines.size() < PAGE) {
                        break;
                    }
                    after = SealedTransfer.parse(lines.getLast()).number();
                }
            }
            return transfers;
        } catch (IOException e) {
            throw new FarmException(ErrorCode.OUT_OF_RESOURCES, folder + " cannot be written: " + e, e);
        }
    }

    private static ArrayNode anchors(Farm farm) throws InterruptedException {
        ArrayNode all = Json.MAPPER.createArrayNode();
        long after = 0;
        for (int page = 0; page < MAX_PAGES; page++) {
            JsonNode anchors = farm.client().get("/api/v1/ledger/anchors?limit=" + PAGE + "&after=" + after);
            anchors.forEach(all::add);
            if (anchors.size() < PAGE) {
                break;
            }
            after = anchors.get(anchors.size() - 1).path("seal").asLong();
        }
        return all;
    }

    /**
     * Audits the log.
     *
     * @param anchors another file of anchors than the exported one
     * @param farmKey the key that must have signed them
     * @throws FarmException with NOT_FOUND or INVALID_REQUEST when a file is not there, or is not what it should be
     */
    public LedgerCheck.Outcome check(Optional<Path> anchors, Optional<byte[]> farmKey) {
        Path signed = anchors.orElse(folder.resolve(ANCHORS));
        Path log = folder.resolve(LOG);
        LedgerCheck check = new LedgerCheck(List.of(Json.read(read(signed), LedgerAnchor[].class)), farmKey);
        try (BufferedReader lines = Files.newBufferedReader(log)) {
            String header = lines.readLine();
            if (header == null || !Csv.fields(header).equals(SealedTransfer.HEADER)) {
                throw new FarmException(ErrorCode.INVALID_REQUEST, log + " does not begin as a ledger's log does");
            }
            long number = 1;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                check.take(parse(log, number, line));
            }
        } catch (IOException e) {
            throw unreadable(log, e);
        }
        return check.finish();
    }

    private static SealedTransfer parse(Path log, long number, String line) {
        try {
            if (line.length() > MAX_LINE) {
                throw new FarmException(ErrorCode.TOO_LARGE, "it has over " + MAX_LINE + " characters");
            }
            return SealedTransfer.parse(line);
        } catch (FarmException e) {
            throw new FarmException(e.code(), log + ", line " + number + ": " + e.getMessage(), e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static FarmException unreadable(Path file, IOException e) {
        return new FarmException(ErrorCode.NOT_FOUND, file + " cannot be read: " + e.getMessage(), e);
    }
}

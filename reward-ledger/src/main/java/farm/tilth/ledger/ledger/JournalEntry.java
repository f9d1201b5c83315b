package farm.tilth.ledger.ledger;

import java.util.List;

/** Transfers that are made together or not at all, in this order. An entry without transfers changes nothing. */
public record JournalEntry(List<Transfer> transfers) {
    public JournalEntry {
        transfers = List.copyOf(transfers);
    }

    public static JournalEntry of(Transfer... transfers) {
        return new JournalEntry(List.of(transfers));
    }
}

package farm.tilth.ledger.ledger;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.JobId;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Names an account: {@code customer/<uuid>}, {@code escrow/<job>}, {@code worker/<id>}, {@code fees}. An account needs
 * no opening; before its first transfer its balance is 0.
 *
 * @param owner empty for the farm's own accounts
 */
public record AccountId(AccountKind kind, String owner) implements Comparable<AccountId> {
    /** The farm's share of every payment. */
    public static final AccountId FEES = new AccountId(AccountKind.FEES, "");
    /** What was burned. */
    public static final AccountId BURN = new AccountId(AccountKind.BURN, "");
    /** Where credit comes from. */
    public static final AccountId TREASURY = new AccountId(AccountKind.TREASURY, "");

    /** Deposits on a chain. */
    public static final AccountId CHAIN_IN = new AccountId(AccountKind.CHAIN_IN, "");
    /** Claims on a chain. */
    public static final AccountId CHAIN_OUT = new AccountId(AccountKind.CHAIN_OUT, "");

    private static final Pattern OWNER = Pattern.compile("[0-9A-Za-z._-]{1,100}");

    public AccountId {
        if (kind.owned() ? !OWNER.matcher(owner).matches() : !owner.isEmpty()) {
            throw new FarmException(ErrorCode.INVALID_REQUEST, "no " + kind + " account is owned by '" + owner + "'");
        }
    }

    public static AccountId customer(UUID customer) {
        return new AccountId(AccountKind.CUSTOMER, customer.toString());
    }

    public static AccountId escrow(JobId job) {
        return new AccountId(AccountKind.ESCROW, job.toString());
    }

    public static AccountId calls(UUID customer) {
        return new AccountId(AccountKind.CALLS, customer.toString());
    }

    public static AccountId worker(Digest worker) {
        return new AccountId(AccountKind.WORKER, worker.hex());
    }

    public static AccountId holdback(Digest worker) {
        return new AccountId(AccountKind.HOLDBACK, worker.hex());
    }

    public static AccountId stake(Digest worker) {
        return new AccountId(AccountKind.STAKE, worker.hex());
    }

    /**
     * Reads the text form.
     *
     * @throws FarmException with INVALID_REQUEST when it is not an account's name
     */
    @JsonCreator
    public static AccountId parse(String text) {
        int slash = text.indexOf('/');
        String kind = slash < 0 ? text : text.substring(0, slash);
        for (AccountKind candidate : AccountKind.values()) {
            if (name(candidate).equals(kind) && candidate.owned() == slash >= 0) {
                return new AccountId(candidate, slash < 0 ? "" : text.substring(slash + 1));
            }
        }
        throw new FarmException(ErrorCode.INVALID_REQUEST, "no account is called '" + text + "'");
    }

    @Override
    public int compareTo(AccountId other) {
        int byKind = kind.compareTo(other.kind);
        return byKind != 0 ? byKind : owner.compareTo(other.owner);
    }

    @JsonValue
    @Override
    public String toString() {
        return kind.owned() ? name(kind) + "/" + owner : name(kind);
    }

    private static String name(AccountKind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }
}

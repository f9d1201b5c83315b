package farm.tilth.ledger.ledger;

/**
 * What an account has, in the smallest unit.
 *
 * @param credited everything that ever came in; never falls
 * @param debited everything that ever went out; never falls
 * @param held what pending transfers keep from being spent
 */
public record AccountBalance(AccountId account, long credited, long debited, long held) {
    /** An account that nothing has happened to. */
    public static AccountBalance zero(AccountId account) {
        return new AccountBalance(account, 0, 0, 0);
    }

    /** Credits less debits: what the farm owes the owner. Negative only where money comes in. */
    public long balance() {
        return credited - debited;
    }

    /** What can be spent or held now. */
    public long available() {
        return balance() - held;
    }

    AccountBalance plus(long moreCredited, long moreDebited, long moreHeld) {
        return new AccountBalance(
                account,
                Math.addExact(credited, moreCredited),
                Math.addExact(debited, moreDebited),
                Math.addExact(held, moreHeld));
    }
}

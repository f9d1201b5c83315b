package farm.tilth.ledger.chain;

import farm.tilth.ledger.chain.OutboxEntry.State;
import farm.tilth.ledger.epoch.PayoutAddress;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.util.List;
import java.util.Optional;

/**
 * Brings the contracts onto a chain, by the outbox: each is created once, however often this is interrupted. All admin
 * roles go to the timelock.
 */
public final class Deployment {
    private static final long GAS = 8_000_000;

    /**
     * What is laid down for ever.
     *
     * @param guardian may pause and void
     * @param supply tokens that the operator begins with, in the smallest unit
     * @param maximum the most tokens that there will ever be
     * @param timelockSeconds before a change of roles works
     * @param windowSeconds in which a root may be disputed
     * @param exitSeconds before a customer's deposit is free
     * @param unbondingSeconds before a stake is free
     */
    public record Terms(
            PayoutAddress guardian,
            long supply,
            long maximum,
            long timelockSeconds,
            long windowSeconds,
            long exitSeconds,
            long unbondingSeconds) {
        private static final long SUPPLY = 1_000_000_000_000_000L;
        private static final long DAY = 86_400;

        /** For a chain on this machine: 10 s to dispute, so that a demonstration does not wait. */
        public static Terms local(PayoutAddress guardian) {
            return new Terms(guardian, SUPPLY, 2 * SUPPLY, 60, 10, 60, 60);
        }

        /**
         * For a chain that others use: 2 days before the timelock acts, 1 to dispute a root, 30 before a customer's
         * deposit is free without the operator, 14 before a stake is.
         */
        public static Terms lasting(PayoutAddress guardian) {
            return new Terms(guardian, SUPPLY, 2 * SUPPLY, 2 * DAY, DAY, 30 * DAY, 14 * DAY);
        }
    }

    private static final long MAX_SLASH_BASIS_POINTS = 5_000;

    private final Outbox outbox;
    private final Terms terms;

    public Deployment(Outbox outbox, Terms terms) {
        this.outbox = outbox;
        this.terms = terms;
    }

    /** Goes on with it; the contracts when all of them are there for good. Step the outbox in between. */
    public Optional<Contracts> step(long chainId) {
        PayoutAddress operator = outbox.sender();
        List<PayoutAddress> operators = List.of(operator);
        Optional<PayoutAddress> timelock = deployed("Timelock", terms.timelockSeconds(), operators, operators);
        if (timelock.isEmpty()) {
            return Optional.empty();
        }
        PayoutAddress admin = timelock.get();
        Optional<PayoutAddress> token = deployed("TilthToken", admin, operator, terms.supply(), terms.maximum());
        if (token.isEmpty()) {
            return Optional.empty();
        }
        Optional<PayoutAddress> distributor =
                deployed("PayoutDistributor", token.get(), admin, terms.guardian(), operator, terms.windowSeconds());
        if (distributor.isEmpty()) {
            return Optional.empty();
        }
        Optional<PayoutAddress> escrow = deployed(
                "DepositEscrow",
                token.get(),
                admin,
                terms.guardian(),
                operator,
                distributor.get(),
                operator,
                terms.exitSeconds());
        Optional<PayoutAddress> stakes = deployed(
                "WorkerStake",
                token.get(),
                admin,
                terms.guardian(),
                operator,
                operator,
                terms.unbondingSeconds(),
                MAX_SLASH_BASIS_POINTS);
        return escrow.isEmpty() || stakes.isEmpty()
                ? Optional.empty()
                : Optional.of(new Contracts(
                        chainId, admin, token.get(), distributor.get(), escrow.get(), stakes.get(), Optional.empty()));
    }

    private Optional<PayoutAddress> deployed(String contract, Object... arguments) {
        OutboxEntry entry = outbox.want(
                new Intent("deploy:" + contract, Optional.empty(), Contracts.code(contract, arguments), GAS));
        if (entry.state() == State.REVERTED || entry.state() == State.LOST) {
            throw new FarmException(
                    ErrorCode.CONFLICT,
                    "the contract " + contract + " could not be deployed (" + entry.state()
                            + "); settle on another chain or with another key");
        }
        return entry.state() == State.DONE
                ? Optional.of(
                        ChainTransaction.created(outbox.sender(), entry.nonce().orElseThrow()))
                : Optional.empty();
    }
}

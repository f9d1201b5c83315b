package farm.tilth.api.pay;

import farm.tilth.ledger.chain.Settlement;
import farm.tilth.ledger.epoch.KeccakHash;
import farm.tilth.ledger.epoch.PayoutAddress;
import farm.tilth.protocol.Digest;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigInteger;
import java.time.InstantSource;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Has proven faults paid for out of the owners' stakes on chain: once for each fault, however often this is interrupted,
 * for the amount is decided and kept before it is sent.
 */
@ApplicationScoped
class Penalties {
    private static final Logger LOG = Logger.getLogger(Penalties.class);
    private static final int BATCH = 50;
    private static final int MAX_PENDING = 1_000;
    private static final int LEAST_SHARE = 100;

    private final PostgresPenalties rows;
    private final StakeConfig config;
    private final InstantSource clock;

    Penalties(PostgresPenalties rows, StakeConfig config, InstantSource clock) {
        this.rows = rows;
        this.config = config;
        this.clock = clock;
    }

    /** Decides about the faults whose time to object is over, and sends what was decided. */
    void step(Settlement settlement) {
        for (PostgresPenalties.Fault fault : rows.due(clock.instant().minus(config.objection()), BATCH)) {
            long amount = amount(fault.owner(), settlement);
            rows.decide(new PostgresPenalties.Penalty(
                    fault.name(),
                    Digest.ofText(fault.name()),
                    Digest.ofText(fault.document()),
                    fault.document(),
                    fault.worker(),
                    fault.owner(),
                    amount,
                    clock.instant()));
            LOG.warnf("fault %s of worker %s costs its owner %d µT of its stake", fault.name(), fault.worker(), amount);
        }
        for (PostgresPenalties.Penalty penalty : rows.notSent(BATCH)) {
            settlement.slash(penalty.owner(), penalty.amount(), word(penalty.caseId()), word(penalty.evidence()));
            rows.sent(penalty);
        }
    }

    /** Within what the contract will let the case take after those that are on their way. */
    private long amount(PayoutAddress owner, Settlement settlement) {
        Settlement.Stake stake = settlement.stake(owner);
        long atRisk = Math.addExact(stake.bonded(), stake.unbonding());
        long pending = rows.newestOf(owner, MAX_PENDING).stream()
                .filter(penalty -> penalty.amount() > 0)
                .filter(penalty -> settlement
                        .slashed(word(penalty.caseId()))
                        .map(entry -> !entry.state().over())
                        .orElse(true))
                .mapToLong(PostgresPenalties.Penalty::amount)
                .sum();
        return amount(config.penalty(), atRisk, pending, stake.mostPerCase());
    }

    /**
     * What a case takes: the penalty, or less where the contract allows less. Each case takes a share of what the one
     * before left, which would never end; so less than a hundredth of the penalty is not worth its transaction.
     *
     * @param penalty what a fault costs; all amounts are in the smallest unit
     * @param pending what cases on their way will take out of {@code atRisk}
     * @param mostPerCase what the contract lets one case take out of {@code atRisk}
     * @return 0 when nothing is to be sent
     */
    static long amount(long penalty, long atRisk, long pending, long mostPerCase) {
        if (atRisk <= pending) {
            return 0;
        }
        long most = BigInteger.valueOf(atRisk - pending)
                .multiply(BigInteger.valueOf(mostPerCase))
                .divide(BigInteger.valueOf(atRisk))
                .longValueExact();
        return most < penalty / LEAST_SHARE ? 0 : Math.min(penalty, most);
    }

    /** The newest first. */
    List<PostgresPenalties.Penalty> newest(int limit) {
        return rows.newest(limit);
    }

    static KeccakHash word(Digest digest) {
        return KeccakHash.fromBytes(digest.bytes());
    }
}

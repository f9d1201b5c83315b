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
        if (atRisk <= pending) {
            return 0;
        }
        long most = BigInteger.valueOf(atRisk - pending)
                .multiply(BigInteger.valueOf(stake.mostPerCase()))
                .divide(BigInteger.valueOf(atRisk))
                .longValueExact();
        return Math.min(config.penalty(), most);
    }

    /** The newest first. */
    List<PostgresPenalties.Penalty> newest(int limit) {
        return rows.newest(limit);
    }

    static KeccakHash word(Digest digest) {
        return KeccakHash.fromBytes(digest.bytes());
    }
}

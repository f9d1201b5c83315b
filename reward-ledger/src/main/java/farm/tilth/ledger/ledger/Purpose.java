package farm.tilth.ledger.ledger;

/** Why money moves. */
public enum Purpose {
    /** Treasury to customer: credit that the operator gave. */
    CREDIT,
    /** Chain in to customer: what was charged of a deposit on a chain, or bought by burning tokens. */
    DEPOSIT,
    /** Worker to chain out: what was claimed on a chain. */
    PAYOUT,
    /** Customer to escrow: the ceiling of a job. */
    ESCROW,
    /** Escrow to holdback: an accepted task. Calls to worker: answered calls. */
    PAY,
    /** Holdback to worker: the pay of a task that cannot be lost any more. */
    EARN,
    /** Holdback to customer: the pay of a task whose worker was at fault before it was earned. */
    FORFEIT,
    /** Escrow to fees: the farm's share of it. */
    FEE,
    /** Fees to whoever has a share in them, when an epoch is over. */
    SHARE,
    /** Escrow to customer: what a job did not use. */
    REFUND,
    /** Customer to calls: the online calls of a window. */
    CALL,
    /** Customer to stake: funds put at risk. */
    STAKE,
    /** Stake to customer: funds taken back. */
    UNSTAKE,
    /** Stake to treasury: the price of a proven fault. */
    SLASH
}

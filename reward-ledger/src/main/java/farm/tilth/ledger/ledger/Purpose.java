package farm.tilth.ledger.ledger;

/** Why money moves. */
public enum Purpose {
    /** Treasury to customer: credit that the operator gave. */
    CREDIT,
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

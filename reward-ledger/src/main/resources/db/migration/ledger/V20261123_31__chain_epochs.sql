-- Epochs that are over: the payouts from which anyone can rebuild the tree, its root, and the operator's signature.
CREATE TABLE chain.epoch (
    number          bigint PRIMARY KEY,
    root            text   NOT NULL,
    total           bigint NOT NULL CHECK (total > 0),
    without_address bigint NOT NULL,
    payouts         text   NOT NULL,
    signature       text   NOT NULL,
    at              timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE chain.payout_address (
    account uuid PRIMARY KEY,
    address text NOT NULL,
    at      timestamptz NOT NULL DEFAULT now()
);

-- The chain's events up to the last checkpoint, all of them final when they were read.
CREATE TABLE chain.checkpoint (
    block bigint PRIMARY KEY,
    hash  text   NOT NULL
);

CREATE TABLE chain.event (
    block       bigint NOT NULL,
    index       int    NOT NULL,
    transaction text   NOT NULL,
    contract    text   NOT NULL,
    topics      text[] NOT NULL,
    data        bytea  NOT NULL,
    settled     boolean NOT NULL DEFAULT false, -- a charge that was credited in the ledger
    PRIMARY KEY (block, index)
);

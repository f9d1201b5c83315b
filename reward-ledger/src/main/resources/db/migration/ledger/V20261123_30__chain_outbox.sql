CREATE SCHEMA chain;

-- What is to happen on chain, once each. The id follows from the cause.
CREATE TABLE chain.intent (
    number    bigint  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id        text    NOT NULL UNIQUE,
    recipient text,
    data      bytea   NOT NULL,
    gas_limit bigint  NOT NULL,
    state     text    NOT NULL DEFAULT 'QUEUED'
        CHECK (state IN ('QUEUED', 'SENT', 'DONE', 'REVERTED', 'LOST')),
    sender    text,
    nonce     bigint,
    gas_used  bigint  NOT NULL DEFAULT 0,
    at        timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT intent_has_its_nonce CHECK ((state = 'QUEUED') = (nonce IS NULL)),
    CONSTRAINT intent_has_its_sender CHECK ((sender IS NULL) = (nonce IS NULL)),
    CONSTRAINT one_nonce_one_intent UNIQUE (sender, nonce)
);

CREATE INDEX intent_open ON chain.intent (state, number) WHERE state IN ('QUEUED', 'SENT');

-- Signed transactions, stored before they are broadcast.
CREATE TABLE chain.attempt (
    intent        bigint NOT NULL REFERENCES chain.intent,
    number        int    NOT NULL,
    hash          text   NOT NULL UNIQUE,
    signed        bytea  NOT NULL,
    max_fee       bigint NOT NULL,
    tip           bigint NOT NULL,
    sent_at_block bigint NOT NULL,
    PRIMARY KEY (intent, number)
);

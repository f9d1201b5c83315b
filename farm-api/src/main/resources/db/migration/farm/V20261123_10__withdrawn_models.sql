-- Models that an operator took out of service; a row goes when the model is put back.
CREATE TABLE withdrawn_model (
    model text PRIMARY KEY
);

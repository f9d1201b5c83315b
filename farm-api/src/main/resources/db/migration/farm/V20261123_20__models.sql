-- Models that customers uploaded; one that is READY is served to all of the farm's customers under its name.
CREATE TABLE model (
    version    text PRIMARY KEY CHECK (version ~ '^[0-9a-f]{64}$'),
    name       text        NOT NULL,
    account    uuid        NOT NULL REFERENCES account,
    state      text        NOT NULL CHECK (state IN ('INSPECTING', 'READY', 'REFUSED')),
    -- JSON of ModelPackage, whose digest is the version.
    package    text        NOT NULL,
    -- JSON of ModelReport.
    report     text CHECK ((report IS NOT NULL) = (state = 'READY')),
    error_code   text,
    error_detail text,
    created_at timestamptz NOT NULL
);

CREATE INDEX model_by_name ON model (name, created_at);

-- What workers may read to run the model.
CREATE TABLE model_file (
    version text NOT NULL REFERENCES model,
    blob    text NOT NULL,
    PRIMARY KEY (version, blob)
);

CREATE INDEX model_of_file ON model_file (blob);

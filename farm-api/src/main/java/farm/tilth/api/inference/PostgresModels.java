package farm.tilth.api.inference;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.task.ModelPackage;
import farm.tilth.protocol.task.ModelReport;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The uploaded models. */
@ApplicationScoped
class PostgresModels {
    /** The most versions that a farm serves. */
    static final int MAX_MODELS = 1000;

    private static final int MAX_DETAIL = 4000;
    private static final String COLUMNS =
            "account, package, state, report, error_code, error_detail, created_at FROM model ";

    /** A name belongs to the account that used it first. */
    private static final String INSERT = """
            INSERT INTO model (version, name, account, state, package, created_at)
            SELECT $1, $2, $3, 'INSPECTING', $4, $5
            WHERE NOT EXISTS (SELECT FROM model WHERE name = $2 AND account <> $3)
              AND (SELECT count(*) FROM model) < $6
            ON CONFLICT DO NOTHING""";

    private static final String FILES =
            "INSERT INTO model_file (version, blob) SELECT $1, unnest($2::text[]) ON CONFLICT DO NOTHING";

    private static final String FIND = "SELECT " + COLUMNS + "WHERE version = $1";
    private static final String ALL = "SELECT " + COLUMNS + "ORDER BY name, created_at LIMIT " + MAX_MODELS;
    private static final String READY =
            "UPDATE model SET state = 'READY', report = $2 WHERE version = $1 AND state = 'INSPECTING'";
    private static final String REFUSED = "UPDATE model SET state = 'REFUSED', error_code = $2, error_detail = $3"
            + " WHERE version = $1 AND state = 'INSPECTING'";

    private final Pool pool;
    private final InstantSource clock;

    PostgresModels(Pool pool, InstantSource clock) {
        this.pool = pool;
        this.clock = clock;
    }

    /** Stores a model that is to be inspected; empty when its name is another account's, or the farm is full. */
    Uni<Optional<RegisteredModel>> insert(UUID account, ModelPackage model) {
        String version = model.version().hex();
        Tuple row = Tuple.from(new Object[] {
            version,
            model.name(),
            account,
            Json.write(model),
            clock.instant().atOffset(ZoneOffset.UTC),
            (long) MAX_MODELS
        });
        String[] blobs =
                model.files().values().stream().map(Digest::hex).distinct().toArray(String[]::new);
        return pool.withTransaction(transaction -> transaction
                        .preparedQuery(INSERT)
                        .execute(row)
                        .flatMap(inserted -> inserted.rowCount() == 0
                                ? Uni.createFrom().voidItem()
                                : transaction
                                        .preparedQuery(FILES)
                                        .execute(Tuple.of(version, blobs))
                                        .replaceWithVoid()))
                .chain(() -> find(model.version()))
                .map(found -> found.filter(model1 -> model1.account().equals(account)));
    }

    Uni<Optional<RegisteredModel>> find(Digest version) {
        return pool.preparedQuery(FIND).execute(Tuple.of(version.hex())).map(rows -> models(rows).stream()
                .findFirst());
    }

    /** All of them, by name; the versions of a name from the oldest to the newest. */
    Uni<List<RegisteredModel>> all() {
        return pool.query(ALL).execute().map(PostgresModels::models);
    }

    Uni<Void> ready(Digest version, ModelReport report) {
        return pool.preparedQuery(READY)
                .execute(Tuple.of(version.hex(), Json.write(report)))
                .replaceWithVoid();
    }

    Uni<Void> refused(Digest version, ErrorCode code, String detail) {
        String text = detail.length() <= MAX_DETAIL ? detail : detail.substring(0, MAX_DETAIL);
        return pool.preparedQuery(REFUSED)
                .execute(Tuple.of(version.hex(), code.name(), text))
                .replaceWithVoid();
    }

    private static List<RegisteredModel> models(RowSet<Row> rows) {
        List<RegisteredModel> models = new ArrayList<>();
        for (Row row : rows) {
            models.add(new RegisteredModel(
                    row.getUUID("account"),
                    Json.read(row.getString("package"), ModelPackage.class),
                    RegisteredModel.State.valueOf(row.getString("state")),
                    Optional.ofNullable(row.getString("report")).map(json -> Json.read(json, ModelReport.class)),
                    Optional.ofNullable(row.getString("error_code"))
                            .map(code -> new RegisteredModel.Refusal(
                                    ErrorCode.valueOf(code), row.getString("error_detail"))),
                    row.getOffsetDateTime("created_at").toInstant()));
        }
        return models;
    }
}

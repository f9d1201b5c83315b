package farm.tilth.api.lease;

import farm.tilth.api.TestFolders;
import farm.tilth.api.pay.Payments;
import farm.tilth.api.server.DatabaseAddress;
import farm.tilth.api.server.EmbeddedPostgres;
import farm.tilth.ledger.ledger.AccountId;
import farm.tilth.ledger.ledger.Cause;
import farm.tilth.ledger.ledger.Ledger;
import farm.tilth.ledger.ledger.Treasury;
import farm.tilth.ledger.postgres.PostgresLedger;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.task.JobId;
import farm.tilth.protocol.task.SampleRange;
import farm.tilth.protocol.task.TaskId;
import farm.tilth.protocol.task.TaskSpec;
import farm.tilth.protocol.task.TileBounds;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.PoolOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.flywaydb.core.Flyway;

/** The coordinator's queue and ledger over a real database, without the coordinator around them. */
final class BenchmarkFarm implements AutoCloseable {
    static final String ENGINE = "benchmark-1";
    static final long WORK_UNITS = 1_000_000;

    private static final int CONNECTIONS = 16;
    private static final long PRICE = 100;

    final Pool pool;
    final TaskQueue queue;
    final Payments payments;
    private final Vertx vertx = Vertx.vertx();
    private final AgroalDataSource dataSource;
    private final PostgresTaskInsert insert = new PostgresTaskInsert();
    private final Ledger ledger;
    private final AutoCloseable database;

    /** A farm over a database of its own, which ends with it. */
    static BenchmarkFarm withDatabase(String name) throws Exception {
        Path folder = Files.createTempDirectory("tilth-" + name);
        EmbeddedPostgres postgres = EmbeddedPostgres.start(
                folder.resolve("postgres"), Path.of("target", "postgres").toAbsolutePath());
        return new BenchmarkFarm(postgres.address(), () -> {
            postgres.close();
            TestFolders.delete(folder);
        });
    }

    BenchmarkFarm(DatabaseAddress address) throws SQLException {
        this(address, () -> {});
    }

    private BenchmarkFarm(DatabaseAddress address, AutoCloseable database) throws SQLException {
        this.database = database;
        Flyway.configure()
                .dataSource(address.jdbcUrl(), address.user(), address.password())
                .locations("db/migration/farm", "db/migration/ledger")
                .load()
                .migrate();
        PgConnectOptions connect = new PgConnectOptions()
                .setHost(address.host())
                .setPort(address.port())
                .setDatabase(address.database())
                .setUser(address.user())
                .setPassword(address.password())
                .setCachePreparedStatements(true);
        pool = Pool.newInstance(PgBuilder.pool()
                .with(new PoolOptions().setMaxSize(CONNECTIONS))
                .connectingTo(connect)
                .using(vertx)
                .build());
        dataSource = AgroalDataSource.from(
                new AgroalDataSourceConfigurationSupplier().connectionPoolConfiguration(jdbc -> jdbc.maxSize(4)
                        .connectionFactoryConfiguration(factory -> factory.jdbcUrl(address.jdbcUrl())
                                .principal(new NamePrincipal(address.user()))
                                .credential(new SimplePassword(address.password())))));
        ledger = new PostgresLedger(dataSource, InstantSource.system());
        payments = Payments.over(pool, ledger);
        queue = new PostgresTaskQueue(pool, InstantSource.system(), config());
    }

    static LeaseConfig config() {
        return new SmallRyeConfigBuilder()
                .withMapping(LeaseConfig.class)
                .withConverter(Duration.class, 200, DurationConverter::parseDuration)
                .build()
                .getConfigMapping(LeaseConfig.class);
    }

    /** A job of so many tasks, its price held. */
    JobId job(int tasks) {
        return job(tasks, Hardware.ANY);
    }

    /** The same for a class of hardware. */
    JobId job(int tasks, Hardware hardware) {
        UUID account = UUID.randomUUID();
        JobId job = new JobId(UUID.randomUUID());
        long held = tasks * WORK_UNITS / 1_000_000 * PRICE;
        await(pool.preparedQuery("INSERT INTO account (id, name, created_at) VALUES ($1, 'benchmark', now())")
                .execute(Tuple.of(account)));
        await(pool.preparedQuery("INSERT INTO job (id, account, kind, request, plan, order_json, per_million,"
                        + " fee_basis_points, held, request_hash, created_at, funded, split, task_count)"
                        + " VALUES ($1, $2, 'RENDER', '{}', '', '{}', $3, 500, $4, '', now(), true, true, $5)")
                .execute(Tuple.of(job.value(), account, PRICE, held, tasks)));
        new Treasury(ledger).credit(AccountId.customer(account), held, Cause.request("benchmark", job.toString()));
        payments.hold(job, account, held);
        await(pool.withTransaction(transaction -> insert.insert(transaction, account, tasks(job, tasks, hardware))));
        return job;
    }

    private static List<NewTask> tasks(JobId job, int count, Hardware hardware) {
        Digest plan = Digest.ofText(job.toString());
        List<NewTask> tasks = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            TaskSpec spec = new TaskSpec.RenderTile(plan, i, new TileBounds(0, 0, 64, 64), new SampleRange(0, 64));
            tasks.add(new NewTask(new TaskId(job, i), spec, ENGINE, hardware, WORK_UNITS));
        }
        return tasks;
    }

    long unpaid() {
        return await(pool.query("SELECT count(*) FROM task WHERE NOT paid").execute())
                .iterator()
                .next()
                .getLong(0);
    }

    static <T> T await(io.smallrye.mutiny.Uni<T> answer) {
        return answer.await().atMost(Duration.ofMinutes(2));
    }

    /** Forgets all jobs, workers and shares. */
    void clear() {
        await(pool.query("TRUNCATE job, worker, fair_share CASCADE").execute());
    }

    @Override
    public void close() throws Exception {
        pool.closeAndAwait();
        dataSource.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
        database.close();
    }
}

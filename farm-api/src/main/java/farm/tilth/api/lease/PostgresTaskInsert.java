package farm.tilth.api.lease;

import farm.tilth.protocol.Json;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Queues tasks inside the transaction of whoever made them, with their fair start tags. */
@ApplicationScoped
public class PostgresTaskInsert {
    private static final int CHUNK = 1000;
    private static final String TRUSTED_POOL = "trusted";

    /** Virtual time is the first start tag among the lanes that it competes with. One that nobody serves stands still. */
    private static final String JOIN_POOL = """
            WITH head AS (
                SELECT o.engine, o.type, lane.hardware, first.start_tag
                FROM unnest($3::text[], $4::text[]) AS o(engine, type)
                CROSS JOIN (VALUES ('ANY'), ('CPU'), ('GPU')) AS lane(hardware)
                CROSS JOIN LATERAL (SELECT start_tag FROM task
                    WHERE state = 'QUEUED' AND engine = o.engine AND type = o.type AND hardware = lane.hardware
                    ORDER BY start_tag LIMIT 1) first
            )
            INSERT INTO fair_share AS f (pool, account, finish)
            SELECT $1, $2, coalesce(
                (SELECT min(start_tag) FROM head WHERE hardware IN ('ANY', $5)),
                (SELECT min(h.start_tag) FROM head h WHERE EXISTS (
                    SELECT FROM task WHERE state = 'LEASED' AND engine = h.engine AND type = h.type
                      AND hardware = h.hardware)),
                (SELECT max(finish) FROM fair_share WHERE pool = $1), 0)
            ON CONFLICT (pool, account) DO UPDATE SET finish = greatest(f.finish, excluded.finish)
            RETURNING finish, weight""";

    private static final String INSERT = """
            INSERT INTO task (job, index, type, engine, trusted, spec, plan, frame, audits, avoid, estimate, start_tag,
                hardware)
            SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::boolean[], $6::text[], $7::text[],
                $8::int[], $9::int[], $10::text[], $11::bigint[], $12::float8[], $13::text[])
            ON CONFLICT DO NOTHING""";

    /** Queues tasks of one job: all trusted, or all of one engine and class of hardware. A task that is there stays as it is. */
    public Uni<Void> insert(SqlConnection transaction, UUID account, List<NewTask> tasks) {
        if (tasks.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        boolean trusted = tasks.getFirst().spec().trusted();
        String pool = trusted ? TRUSTED_POOL : tasks.getFirst().engine();
        List<TaskKind> kinds = tasks.stream()
                .map(t -> new TaskKind(t.engine(), t.spec().type()))
                .distinct()
                .toList();
        Tuple join = Tuple.of(
                pool,
                account,
                kinds.stream().map(TaskKind::engine).toArray(String[]::new),
                kinds.stream().map(TaskKind::type).toArray(String[]::new),
                tasks.getFirst().hardware().name());
        return transaction
                .preparedQuery(JOIN_POOL)
                .execute(join)
                .map(rows -> rows.iterator().next())
                .flatMap(share -> insert(transaction, new Member(pool, account), tasks, tags(tasks, share)));
    }

    private record Member(String pool, UUID account) {}

    /** Trusted tasks of different engines share a pool, and their work units have nothing in common: each counts 1. */
    private static double[] tags(List<NewTask> tasks, Row share) {
        boolean trusted = tasks.getFirst().spec().trusted();
        List<Long> costs = tasks.stream().map(t -> trusted ? 1L : t.estimate()).toList();
        return FairShare.tags(share.getDouble("finish"), costs, share.getDouble("weight"));
    }

    private static Uni<Void> insert(SqlConnection transaction, Member member, List<NewTask> tasks, double[] tags) {
        List<Integer> starts = IntStream.iterate(0, i -> i < tasks.size(), i -> i + CHUNK)
                .boxed()
                .toList();
        return Multi.createFrom()
                .iterable(starts)
                .onItem()
                .transformToUniAndConcatenate(start -> {
                    int end = Math.min(tasks.size(), start + CHUNK);
                    return transaction
                            .preparedQuery(INSERT)
                            .execute(values(tasks.subList(start, end), Arrays.copyOfRange(tags, start, end)));
                })
                .collect()
                .last()
                .flatMap(last -> transaction
                        .preparedQuery("UPDATE fair_share SET finish = $3 WHERE pool = $1 AND account = $2")
                        .execute(Tuple.of(member.pool(), member.account(), tags[tasks.size()])))
                .replaceWithVoid();
    }

    private static Tuple values(List<NewTask> tasks, double[] tags) {
        return Tuple.from(new Object[] {
            column(tasks, t -> t.id().job().value(), UUID[]::new),
            column(tasks, t -> t.id().index(), Integer[]::new),
            column(tasks, t -> t.spec().type(), String[]::new),
            column(tasks, NewTask::engine, String[]::new),
            column(tasks, t -> t.spec().trusted(), Boolean[]::new),
            column(tasks, t -> Json.write(t.spec()), String[]::new),
            column(tasks, t -> t.plan().map(Object::toString).orElse(null), String[]::new),
            column(tasks, t -> t.frame().orElse(null), Integer[]::new),
            column(tasks, t -> t.audit().map(NewTask.AuditOf::task).orElse(null), Integer[]::new),
            column(tasks, t -> t.audit().map(a -> a.worker().hex()).orElse(null), String[]::new),
            column(tasks, NewTask::estimate, Long[]::new),
            Arrays.stream(tags).boxed().toArray(Double[]::new),
            column(tasks, t -> t.hardware().name(), String[]::new)
        });
    }

    private static <T> T[] column(List<NewTask> tasks, Function<NewTask, T> value, IntFunction<T[]> array) {
        return tasks.stream().map(value).toArray(array);
    }
}

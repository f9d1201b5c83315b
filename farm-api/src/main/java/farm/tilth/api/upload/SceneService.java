package farm.tilth.api.upload;

import farm.tilth.api.server.Sessions;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.task.SceneFiles;
import farm.tilth.protocol.task.SceneReport;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/** The accounts' scenes, from their upload until a trusted worker has read them. */
@ApplicationScoped
public class SceneService implements Scenes {
    private static final Logger LOG = Logger.getLogger(SceneService.class);
    private static final int MAX_DETAIL = 4000;

    private final Sessions sessions;
    private final OwnedBlobs owned;
    private final SceneInspection inspection;
    private final InstantSource clock;

    SceneService(Sessions sessions, OwnedBlobs owned, SceneInspection inspection, InstantSource clock) {
        this.sessions = sessions;
        this.owned = owned;
        this.inspection = inspection;
        this.clock = clock;
    }

    /** Makes a scene of files that the account owns, and asks for its inspection. */
    Uni<Scene> create(UUID account, String name, SceneFiles files) {
        Scene scene = new Scene(
                UUID.randomUUID(),
                account,
                name,
                files,
                SceneState.INSPECTING,
                Optional.empty(),
                Optional.empty(),
                clock.instant());
        return owned.owned(account, new HashSet<>(files.files().values()))
                .invoke(have -> requireAll(files, have))
                .chain(() -> sessions.transaction(session -> session.persist(new SceneRow(scene))))
                .chain(() -> inspection.request(scene.id(), files))
                .onFailure(e -> !(e instanceof FarmException))
                .recoverWithUni(e -> later(scene, e))
                .replaceWith(scene);
    }

    @Override
    public Uni<Optional<Scene>> find(UUID account, UUID id) {
        return sessions.transaction(session -> session.find(SceneRow.class, id))
                .map(row -> Optional.ofNullable(row).map(SceneRow::scene))
                .map(found -> found.filter(scene -> scene.account().equals(account)));
    }

    /** The account's scenes, the newest first, after the one given. */
    Uni<List<Scene>> list(UUID account, Optional<UUID> after, int limit) {
        if (after.isEmpty()) {
            return list(session -> session.createSelectionQuery(
                            "from SceneRow where account = :account order by createdAt desc, id desc", SceneRow.class)
                    .setParameter("account", account)
                    .setMaxResults(limit));
        }
        return find(account, after.get())
                .map(found -> found.orElseThrow(() -> missing(after.get())))
                .chain(last -> list(session -> session.createSelectionQuery(
                                "from SceneRow where account = :account and (createdAt < :at"
                                        + " or createdAt = :at and id < :id) order by createdAt desc, id desc",
                                SceneRow.class)
                        .setParameter("account", account)
                        .setParameter("at", last.createdAt())
                        .setParameter("id", last.id())
                        .setMaxResults(limit)));
    }

    @Override
    public Uni<Void> inspected(UUID id, SceneReport report) {
        return sessions.transaction(session -> session.createMutationQuery(
                                "update SceneRow set state = READY, report = :report where id = :id and state = INSPECTING")
                        .setParameter("report", Json.write(report))
                        .setParameter("id", id)
                        .executeUpdate())
                .replaceWithVoid();
    }

    @Override
    public Uni<Void> refused(UUID id, ErrorCode code, String detail) {
        String text = detail.length() <= MAX_DETAIL ? detail : detail.substring(0, MAX_DETAIL);
        return sessions.transaction(session -> session.createMutationQuery(
                                "update SceneRow set state = REFUSED, errorCode = :code, errorDetail = :detail"
                                        + " where id = :id and state = INSPECTING")
                        .setParameter("code", code.name())
                        .setParameter("detail", text)
                        .setParameter("id", id)
                        .executeUpdate())
                .replaceWithVoid();
    }

    /** Asks again for inspections that were not answered: the farm may have died before it could ask. */
    Uni<Void> askAgain(Instant before, int limit) {
        return list(session -> session.createSelectionQuery(
                                "from SceneRow where state = INSPECTING and createdAt < :before order by createdAt",
                                SceneRow.class)
                        .setParameter("before", before)
                        .setMaxResults(limit))
                .onItem()
                .transformToMulti(scenes -> Multi.createFrom().iterable(scenes))
                .onItem()
                .transformToUniAndConcatenate(scene -> inspection.request(scene.id(), scene.files()))
                .collect()
                .last();
    }

    static FarmException missing(UUID id) {
        return new FarmException(ErrorCode.NOT_FOUND, "there is no scene " + id);
    }

    private Uni<List<Scene>> list(Function<Mutiny.Session, Mutiny.SelectionQuery<SceneRow>> query) {
        return sessions.transaction(session -> query.apply(session).getResultList())
                .map(rows -> rows.stream().map(SceneRow::scene).toList());
    }

    /** The scene is stored; {@link #askAgain} will ask. */
    private static Uni<Void> later(Scene scene, Throwable e) {
        LOG.warnf("the inspection of scene %s is asked for later: %s", scene.id(), e.getMessage());
        return Uni.createFrom().voidItem();
    }

    private static void requireAll(SceneFiles files, Map<Digest, Long> have) {
        files.files().forEach((path, digest) -> {
            if (!have.containsKey(digest)) {
                throw new FarmException(
                        ErrorCode.INVALID_REQUEST,
                        "the file '" + path + "' (" + digest + ") was not uploaded by this account; upload it first");
            }
        });
    }
}

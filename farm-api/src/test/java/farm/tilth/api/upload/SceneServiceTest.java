package farm.tilth.api.upload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.api.access.Accounts;
import farm.tilth.api.access.Role;
import farm.tilth.api.server.Sessions;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.task.SceneFiles;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class SceneServiceTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** Older than anything that another test makes, so that a bounded look at the oldest finds it. */
    private static final Instant LONG_AGO = Instant.parse("2001-01-01T00:00:00Z");

    @Inject
    Sessions sessions;

    @Inject
    Accounts accounts;

    private final Set<UUID> asked = new HashSet<>();
    private boolean down;
    private UUID account;
    private SceneService scenes;

    @BeforeEach
    void open() {
        account = accounts.open("scenes", Set.of(Role.CUSTOMER))
                .await()
                .atMost(PATIENCE)
                .account();
        OwnedBlobs everything = (owner, digests) -> Uni.createFrom().item(() -> {
            Map<Digest, Long> owned = new java.util.HashMap<>();
            digests.forEach(digest -> owned.put(digest, 1L));
            return owned;
        });
        scenes = new SceneService(sessions, everything, this::ask, InstantSource.fixed(LONG_AGO));
    }

    @Test
    void inspectionThatCouldNotBeAskedForIsAskedForLater() {
        down = true;
        Scene scene = create();
        assertFalse(asked.contains(scene.id()));
        down = false;
        askAgain();
        assertTrue(asked.contains(scene.id()));
    }

    @Test
    void answeredSceneIsNotAskedForAgain() {
        Scene scene = create();
        scenes.refused(scene.id(), ErrorCode.INVALID_SCENE, "x".repeat(10_000))
                .await()
                .atMost(PATIENCE);
        asked.clear();
        askAgain();
        assertFalse(asked.contains(scene.id()));
        Scene found = scenes.find(account, scene.id()).await().atMost(PATIENCE).orElseThrow();
        assertEquals(4000, found.error().orElseThrow().detail().length());
    }

    @Test
    void sceneIsItsAccountsAlone() {
        Scene scene = create();
        assertEquals(
                Optional.empty(),
                scenes.find(UUID.randomUUID(), scene.id()).await().atMost(PATIENCE));
    }

    private Scene create() {
        SceneFiles files = new SceneFiles("a.glb", new TreeMap<>(Map.of("a.glb", Digest.ofText("a"))));
        return scenes.create(account, "a scene", files).await().atMost(PATIENCE);
    }

    private void askAgain() {
        scenes.askAgain(LONG_AGO.plusSeconds(1), 1000).await().atMost(PATIENCE);
    }

    private Uni<Void> ask(UUID scene, SceneFiles files) {
        if (down) {
            return Uni.createFrom().failure(new IllegalStateException("down"));
        }
        asked.add(scene);
        return Uni.createFrom().voidItem();
    }
}

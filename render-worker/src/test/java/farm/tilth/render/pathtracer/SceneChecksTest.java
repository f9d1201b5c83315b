package farm.tilth.render.pathtracer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.render.bvh.NodeLayout;
import farm.tilth.render.scene.Environment;
import farm.tilth.render.scene.Mesh;
import farm.tilth.render.scene.Scene;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SceneChecksTest {
    private static final Scene SOUND = SelftestScene.create();

    @Test
    void indexBeyondTheVerticesIsRefused() {
        int[] indices = SOUND.mesh().indices().clone();
        indices[5] = SOUND.mesh().vertexCount();
        refused(with(SOUND.mesh().positions(), indices), "index");
    }

    @Test
    void vertexAtInfinityIsRefused() {
        for (float far : new float[] {Float.NaN, Float.POSITIVE_INFINITY, 1e16f}) {
            float[] positions = SOUND.mesh().positions().clone();
            positions[4] = far;
            refused(with(positions, SOUND.mesh().indices()), "vertex");
        }
    }

    @Test
    void environmentThatIsNoPictureIsRefused() {
        Environment broken = new Environment(4, 4, new float[3], 0, true);
        refused(with(broken), "environment");
        float[] dark = new float[48];
        dark[7] = -1;
        refused(with(new Environment(4, 4, dark, 0, true)), "environment");
    }

    private static void refused(Scene scene, String word) {
        FarmException e = assertThrows(FarmException.class, () -> SceneEncoder.encode(scene, NodeLayout.PLAIN));
        assertEquals(ErrorCode.INVALID_SCENE, e.code());
        assertTrue(e.getMessage().contains(word), e.getMessage());
    }

    private static Scene with(Environment environment) {
        return new Scene(
                SOUND.mesh(),
                SOUND.placement(),
                SOUND.materials(),
                SOUND.textures(),
                SOUND.lights(),
                SOUND.camera(),
                Optional.of(environment));
    }

    private static Scene with(float[] positions, int[] indices) {
        Mesh m = SOUND.mesh();
        Mesh mesh =
                new Mesh(positions, m.normals(), m.tangents(), m.uv0(), m.uv1(), m.colors(), indices, m.materials());
        return new Scene(
                mesh,
                SOUND.placement(),
                SOUND.materials(),
                SOUND.textures(),
                SOUND.lights(),
                SOUND.camera(),
                SOUND.environment());
    }
}

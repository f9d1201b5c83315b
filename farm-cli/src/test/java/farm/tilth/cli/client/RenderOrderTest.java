package farm.tilth.cli.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.Bounces;
import farm.tilth.protocol.task.CameraChoice;
import farm.tilth.protocol.task.Denoiser;
import farm.tilth.protocol.task.FrameRange;
import farm.tilth.protocol.task.Layer;
import farm.tilth.protocol.task.Lens;
import farm.tilth.protocol.task.Optics;
import farm.tilth.protocol.task.PixelFilter;
import farm.tilth.protocol.task.Shutter;
import farm.tilth.protocol.task.ToneMap;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RenderOrderTest {
    @Test
    void sizesAndFramesAreRead() {
        assertEquals(new RenderOrder.Size(1280, 720), RenderOrder.Size.parse("1280x720"));
        assertEquals(new FrameRange(1, 24, 25), RenderOrder.parseFrames("1-24", 25));
        assertEquals(new FrameRange(5, 5, 24), RenderOrder.parseFrames("5", 24));
    }

    @Test
    void whatIsNotUnderstoodIsRefusedWithAnExample() {
        for (String size : List.of("", "1280", "0x5", "12x", "1280x720x3", "-1x5", "999999x1")) {
            assertThrows(FarmException.class, () -> RenderOrder.Size.parse(size), size);
        }
        for (String frames : List.of("", "a", "1-", "-5", "9-3", "1..4")) {
            assertThrows(FarmException.class, () -> RenderOrder.parseFrames(frames, 24), frames);
        }
    }

    @Test
    void aCameraIsANameOrADocument() {
        assertEquals(new CameraChoice.Named("Top view"), RenderOrder.parseCamera("Top view"));
        assertInstanceOf(
                CameraChoice.Placed.class,
                RenderOrder.parseCamera(
                        "{\"type\":\"placed\",\"position\":[0,1,5],\"target\":[0,1,0],\"up\":[0,1,0],\"vfovDegrees\":40}"));
        assertThrows(FarmException.class, () -> RenderOrder.parseCamera("{\"type\":\"placed\"}"));
    }

    @Test
    void hardwareIsOneOfItsClasses() {
        assertEquals("gpu", RenderOrder.parseHardware("gpu"));
        assertThrows(FarmException.class, () -> RenderOrder.parseHardware("tpu"));
    }

    @Test
    void theRequestHasWhatWasChosenAndNothingElse() {
        RenderOrder plain = new RenderOrder(64, 32, 4, Optional.empty(), Optional.empty(), Optional.empty(), 9);
        JsonNode render = plain.request("scene-1", Optional.empty()).path("render");
        assertEquals("{\"scene\":\"scene-1\",\"width\":64,\"height\":32,\"samples\":4,\"seed\":9}", render.toString());
        RenderOrder full = new RenderOrder(
                64,
                32,
                4,
                Optional.of(new CameraChoice.Named("c")),
                Optional.of(new FrameRange(1, 2, 24)),
                Optional.of(16),
                0,
                new RenderOrder.Picture(
                        Optional.of(new Optics(
                                Optional.of(new Lens(0.1, 3)), Optional.of(new Shutter(0, 0.5)), PixelFilter.TENT)),
                        Optional.of(new ToneMap(ToneMap.Curve.AGX, 1)),
                        List.of(Layer.ALBEDO, Layer.DEPTH),
                        new RenderOrder.Processing(
                                Optional.of(new Denoiser.Guided()),
                                List.of(RenderOrder.Model.parse("clean"), RenderOrder.Model.parse("large:srgb"))),
                        Optional.of("Red"),
                        Optional.of(new Bounces(12, 5, 4, 13)),
                        Optional.of(2.5)),
                Optional.of("gpu"));
        JsonNode all = full.request("s", Optional.of(Digest.ofText("hdr"))).path("render");
        assertEquals("named", all.path("camera").path("type").asText());
        assertEquals(2, all.path("frames").path("last").asInt());
        assertFalse(all.path("frames").has("count"));
        assertEquals(16, all.path("tile").asInt());
        assertEquals(
                Digest.ofText("hdr").hex(), all.path("environment").path("file").asText());
        assertEquals(3, all.at("/optics/lens/focusDistance").asDouble());
        assertEquals(0.5, all.at("/optics/shutter/close").asDouble());
        assertEquals("TENT", all.at("/optics/filter").asText());
        assertEquals("AGX", all.at("/toneMap/curve").asText());
        assertEquals("[\"ALBEDO\",\"DEPTH\"]", all.path("layers").toString());
        assertEquals("{\"type\":\"guided\"}", all.path("denoiser").toString());
        assertEquals(
                "[{\"model\":\"clean\",\"space\":\"LINEAR\"},{\"model\":\"large\",\"space\":\"SRGB\"}]",
                all.path("steps").toString());
        assertEquals("Red", all.path("variant").asText());
        assertEquals(12, all.path("maxBounces").asInt());
        assertEquals(
                "{\"diffuse\":5,\"glossy\":4,\"transmission\":13}",
                all.path("bounces").toString());
        assertEquals(2.5, all.path("indirectClamp").asDouble());
        assertEquals("gpu", all.path("hardware").asText());
        assertEquals(2, full.frameCount());
    }
}

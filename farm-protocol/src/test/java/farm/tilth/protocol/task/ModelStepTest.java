package farm.tilth.protocol.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.task.ModelDescription.Calibration;
import farm.tilth.protocol.task.ModelStep.Space;
import farm.tilth.protocol.task.ModelStep.Tiling;
import farm.tilth.protocol.task.PictureForm.Layout;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ModelStepTest {
    private static final Digest PLAN = Digest.ofText("plan");

    private static ModelDescription model(Optional<PictureForm> form) {
        return new ModelDescription(
                "m", Digest.ofText("m"), "onnx", List.of(), List.of(), 0, 0, Calibration.EXACT, 10, form);
    }

    private static ModelStep step(int scale, PicturePlane... planes) {
        return new ModelStep(
                model(Optional.of(new PictureForm(Layout.NCHW, scale))),
                Optional.empty(),
                new TreeMap<>(Map.of("x", List.of(planes))),
                Space.LINEAR,
                new Tiling(64, 16, 16));
    }

    @Test
    void pictureWithStepsSurvivesItsJson() {
        Picture picture = new Picture(64, 48, ToneMap.DEFAULT)
                .through(List.of(step(2, PicturePlane.COLOR, PicturePlane.NORMAL), step(3, PicturePlane.COLOR)));
        assertEquals(picture, Json.read(Json.write(picture), Picture.class));
        assertEquals(List.of(Layer.NORMAL), picture.filmLayers());
        assertEquals(1, picture.scaleBefore(0));
        assertEquals(2, picture.scaleBefore(1));
        assertEquals(6, picture.scaleBefore(2));
    }

    @Test
    void pictureWithoutStepsHasTheJsonItAlwaysHad() {
        assertEquals(
                new Picture(64, 48, ToneMap.DEFAULT),
                Json.read(
                        Json.write(new Picture(64, 48, ToneMap.DEFAULT)).replace(",\"steps\":[]", ""), Picture.class));
    }

    @Test
    void tasksOfStepsSurviveTheirJson() {
        Digest blob = Digest.ofText("blob");
        for (TaskSpec spec : List.of(
                new TaskSpec.RunModel(PLAN, 3, 0, blob, Optional.empty()),
                new TaskSpec.RunModel(PLAN, 3, 1, blob, Optional.of(blob)),
                new TaskSpec.AuditBlock(new TaskSpec.RunModel(PLAN, 3, 0, blob, Optional.empty()), 2),
                new TaskSpec.FinishFrame(PLAN, 3, List.of(), blob, List.of(blob)))) {
            assertEquals(spec, Json.read(Json.write(spec), TaskSpec.class));
            assertEquals(!(spec instanceof TaskSpec.RunModel), spec.trusted());
        }
        assertThrows(FarmException.class, () -> new TaskSpec.RunModel(PLAN, 0, 1, blob, Optional.empty()));
        assertThrows(FarmException.class, () -> new TaskSpec.RunModel(PLAN, 0, 8, blob, Optional.of(blob)));
    }

    @Test
    void workIsMeteredByWhatTheModelIsGiven() {
        TileBounds tile = new TileBounds(0, 0, 33, 16);
        assertEquals(
                Math.ceilDiv(48 * 16 * 3, 1024) * 10,
                step(2, PicturePlane.COLOR).workUnits(tile));
        assertEquals(
                Math.ceilDiv(48 * 16 * 9, 1024) * 10,
                step(1, PicturePlane.values()).workUnits(tile));
    }

    @Test
    void modelThatTakesNoPicturesIsNoStep() {
        FarmException e = assertThrows(
                FarmException.class,
                () -> new ModelStep(
                        model(Optional.empty()),
                        Optional.empty(),
                        new TreeMap<>(Map.of("x", List.of(PicturePlane.COLOR))),
                        Space.LINEAR,
                        new Tiling(64, 16, 16)));
        assertTrue(e.getMessage().contains("does not turn pictures into pictures"), e.getMessage());
    }

    @Test
    void layoutsNameTheirDimensions() {
        assertEquals(List.of(1L, 3L, 20L, 30L), Layout.NCHW.shape(3, 20, 30));
        assertEquals(List.of(1L, 20L, 30L, 3L), Layout.NHWC.shape(3, 20, 30));
        for (Layout layout : Layout.values()) {
            List<Long> shape = layout.shape(3, 20, 30);
            assertEquals(
                    List.of(3L, 20L, 30L), List.of(layout.channels(shape), layout.height(shape), layout.width(shape)));
        }
    }
}

package farm.tilth.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.cli.client.RenderOrder.Model;
import farm.tilth.cli.client.RenderOrder.Picture;
import farm.tilth.cli.client.RenderOrder.Processing;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.Bounces;
import farm.tilth.protocol.task.Denoiser;
import farm.tilth.protocol.task.Layer;
import farm.tilth.protocol.task.Lens;
import farm.tilth.protocol.task.ModelStep.Space;
import farm.tilth.protocol.task.Optics;
import farm.tilth.protocol.task.PixelFilter;
import farm.tilth.protocol.task.Shutter;
import farm.tilth.protocol.task.ToneMap;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class PictureOptionsTest {
    private static Picture picture(String line) {
        PictureOptions options = new PictureOptions();
        CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();
        spec.addMixin("picture", CommandLine.Model.CommandSpec.forAnnotatedObject(options));
        new CommandLine(spec).parseArgs(line.isEmpty() ? new String[0] : line.split(" "));
        return options.picture();
    }

    @Test
    void nothingIsAskedForByItself() {
        assertEquals(Picture.DEFAULT, picture(""));
    }

    @Test
    void everyOptionIsRead() {
        Picture picture = picture("--aperture 0.1 --focus 3 --shutter -0.25,0.25 --filter tent --tone-map agx"
                + " --exposure -1.5 --bits 16 --denoise --model clean --model large:srgb --layers albedo,Depth --variant Red"
                + " --bounces 12,5,4,13 --clamp-indirect 2.5");
        Optics optics =
                new Optics(Optional.of(new Lens(0.1, 3)), Optional.of(new Shutter(-0.25, 0.25)), PixelFilter.TENT);
        assertEquals(Optional.of(optics), picture.optics());
        assertEquals(
                Optional.of(new ToneMap(ToneMap.Curve.AGX, -1.5, Optional.empty(), Optional.of(16))),
                picture.toneMap());
        assertEquals(List.of(Layer.ALBEDO, Layer.DEPTH), picture.layers());
        assertEquals(
                new Processing(
                        Optional.of(new Denoiser.Guided()),
                        List.of(new Model("clean", Space.LINEAR), new Model("large", Space.SRGB))),
                picture.processing());
        assertEquals(Optional.of("Red"), picture.variant());
        assertEquals(Optional.of(new Bounces(12, 5, 4, 13)), picture.bounces());
        assertEquals(Optional.of(2.5), picture.indirectClamp());
        assertEquals(Optional.of(Bounces.ofAnyKind(3)), picture("--bounces 3").bounces());
    }

    @Test
    void whatIsNotUnderstoodIsRefusedWithWhatThereIs() {
        for (String line : List.of(
                "--aperture 1",
                "--focus 1",
                "--shutter 1",
                "--shutter a,b",
                "--shutter 0.5,0.1",
                "--filter sinc",
                "--tone-map reinhard",
                "--bounces many",
                "--bounces 1,2",
                "--bounces 8,0,1,1",
                "--bits 12",
                "--model clean:lab",
                "--layers mist")) {
            assertThrows(FarmException.class, () -> picture(line), line);
        }
        FarmException e = assertThrows(FarmException.class, () -> picture("--filter sinc"));
        assertTrue(e.getMessage().contains("box, tent, gaussian"), e.getMessage());
    }
}

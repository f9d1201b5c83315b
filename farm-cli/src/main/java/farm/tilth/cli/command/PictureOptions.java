package farm.tilth.cli.command;

import farm.tilth.cli.client.RenderOrder.Model;
import farm.tilth.cli.client.RenderOrder.Picture;
import farm.tilth.cli.client.RenderOrder.Processing;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.Bounces;
import farm.tilth.protocol.task.Denoiser;
import farm.tilth.protocol.task.Layer;
import farm.tilth.protocol.task.Lens;
import farm.tilth.protocol.task.Optics;
import farm.tilth.protocol.task.PixelFilter;
import farm.tilth.protocol.task.Shutter;
import farm.tilth.protocol.task.ToneMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How a picture is taken and what becomes of it. */
final class PictureOptions {
    @Option(names = "--aperture", paramLabel = "R", description = "A lens of this radius, in scene units.")
    private Double aperture;

    @Option(names = "--focus", paramLabel = "D", description = "The lens is sharp at this distance, in scene units.")
    private Double focus;

    @Option(
            names = "--shutter",
            paramLabel = "OPEN,CLOSE",
            description = "Motion blur: when the shutter opens and closes, in frames, such as 0,0.5.")
    private String shutter;

    @Option(names = "--filter", paramLabel = "NAME", description = "Of the pixels: box, tent or gaussian.")
    private String filter;

    @Option(
            names = "--tone-map",
            paramLabel = "NAME",
            description = "aces, neutral, agx, filmic or linear (default: aces).")
    private String toneMap;

    @Option(names = "--exposure", paramLabel = "STOPS", description = "Brighter by so many stops (default: 0).")
    private Double exposure;

    @Option(names = "--bits", paramLabel = "8|16", description = "Of each channel of a PNG (default: 8).")
    private Integer bits;

    @Option(
            names = "--bounces",
            paramLabel = "N[,D,G,T]",
            description = "The most scattering events of a path (default: 8), and of these diffuse, glossy and"
                    + " transmission ones; 12,5,5,13 is what Cycles does by default.")
    private String bounces;

    @Option(
            names = "--clamp-indirect",
            paramLabel = "L",
            description = "No path brings more indirect light: fewer bright specks, a darker picture (default: none).")
    private Double clampIndirect;

    @Option(names = "--denoise", description = "Take the noise out of the pictures.")
    private boolean denoise;

    @Option(
            names = "--model",
            paramLabel = "NAME[:srgb]",
            description = "An ONNX model that every picture then goes through, such as a denoiser or an upscaler; with"
                    + " :srgb one of display colours. Again for a second one.")
    private List<String> models = new ArrayList<>();

    @Option(
            names = "--layers",
            paramLabel = "A,B",
            description = "Write these into the EXR, too: albedo, normal, depth, object, material, moment, half.")
    private String layers;

    @Option(names = "--variant", paramLabel = "NAME", description = "One of the scene's material variants.")
    private String variant;

    Picture picture() {
        return new Picture(
                optics(),
                toneMap(),
                layers == null
                        ? List.of()
                        : Arrays.stream(layers.split(","))
                                .map(name -> choice(Layer.class, "--layers", name))
                                .toList(),
                new Processing(
                        denoise ? Optional.of(new Denoiser.Guided()) : Optional.empty(),
                        models.stream().map(Model::parse).toList()),
                Optional.ofNullable(variant),
                Optional.ofNullable(bounces).map(PictureOptions::parseBounces),
                Optional.ofNullable(clampIndirect));
    }

    private static Bounces parseBounces(String text) {
        String[] parts = text.split(",");
        try {
            if (parts.length == 1) {
                return Bounces.ofAnyKind(Integer.parseInt(text));
            }
            if (parts.length == 4) {
                return new Bounces(
                        Integer.parseInt(parts[0]),
                        Integer.parseInt(parts[1]),
                        Integer.parseInt(parts[2]),
                        Integer.parseInt(parts[3]));
            }
        } catch (NumberFormatException e) {
            throw invalidBounces(text);
        }
        throw invalidBounces(text);
    }

    private static FarmException invalidBounces(String text) {
        return invalid("--bounces takes a number such as 8, or four such as 12,5,5,13, not '" + text + "'");
    }

    private Optional<Optics> optics() {
        if ((aperture == null) != (focus == null)) {
            throw invalid("--aperture and --focus are given together: a lens's radius and the distance that is sharp");
        }
        if (aperture == null && shutter == null && filter == null) {
            return Optional.empty();
        }
        return Optional.of(new Optics(
                aperture == null ? Optional.empty() : Optional.of(new Lens(aperture, focus)),
                Optional.ofNullable(shutter).map(PictureOptions::parseShutter),
                filter == null ? PixelFilter.BOX : choice(PixelFilter.class, "--filter", filter)));
    }

    private Optional<ToneMap> toneMap() {
        if (toneMap == null && exposure == null && bits == null) {
            return Optional.empty();
        }
        ToneMap.Curve curve =
                toneMap == null ? ToneMap.DEFAULT.curve() : choice(ToneMap.Curve.class, "--tone-map", toneMap);
        return Optional.of(
                new ToneMap(curve, exposure == null ? 0 : exposure, Optional.empty(), Optional.ofNullable(bits)));
    }

    private static Shutter parseShutter(String text) {
        String[] parts = text.split(",");
        try {
            if (parts.length == 2) {
                return new Shutter(Double.parseDouble(parts[0]), Double.parseDouble(parts[1]));
            }
        } catch (NumberFormatException e) {
            throw invalid("--shutter takes two numbers such as 0,0.5, not '" + text + "'");
        }
        throw invalid("--shutter takes two numbers such as 0,0.5, not '" + text + "'");
    }

    private static <E extends Enum<E>> E choice(Class<E> type, String option, String name) {
        List<String> known = new ArrayList<>();
        for (E value : type.getEnumConstants()) {
            if (value.name().equalsIgnoreCase(name.strip())) {
                return value;
            }
            known.add(value.name().toLowerCase(Locale.ROOT));
        }
        throw invalid(option + " takes " + String.join(", ", known) + ", not '" + name + "'");
    }

    private static FarmException invalid(String message) {
        return new FarmException(ErrorCode.INVALID_REQUEST, message);
    }
}

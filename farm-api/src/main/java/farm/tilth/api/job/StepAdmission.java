package farm.tilth.api.job;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.task.ModelDescription.TensorDescription;
import farm.tilth.protocol.task.ModelStep;
import farm.tilth.protocol.task.ModelStep.Space;
import farm.tilth.protocol.task.ModelStep.Tiling;
import farm.tilth.protocol.task.Picture;
import farm.tilth.protocol.task.PictureForm;
import farm.tilth.protocol.task.PicturePlane;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Finds out whether models can go over a job's frames, one after the other. What it refuses, it names. */
final class StepAdmission {
    /** A frame of no more pixels is given to a model as a whole. */
    static final long WHOLE_FRAME_PIXELS = 1 << 20;

    private static final int DEFAULT_TILE = 512;
    private static final int MAX_TILE = 4096;
    private static final int DEFAULT_OVERLAP = 32;
    private static final int DEFAULT_MULTIPLE = 16;

    private final Models models;
    private final List<ModelStep> admitted = new ArrayList<>();
    private long width;
    private long height;

    private StepAdmission(Models models, int width, int height) {
        this.models = models;
        this.width = width;
        this.height = height;
    }

    /**
     * The steps of a plan for frames of this size.
     *
     * @throws FarmException that names the step, what is wrong with it and what was expected
     */
    static List<ModelStep> admit(List<StepRequest> steps, Models models, int width, int height) {
        if (steps.size() > ModelStep.MAX_STEPS) {
            throw new FarmException(
                    ErrorCode.TOO_LARGE, "render.steps: a job has at most " + ModelStep.MAX_STEPS + " steps");
        }
        StepAdmission admission = new StepAdmission(models, width, height);
        for (int i = 0; i < steps.size(); i++) {
            admission.add(steps.get(i), "render.steps[" + i + "]");
        }
        return admission.admitted;
    }

    private void add(StepRequest request, String place) {
        ModelDescription model = models.find(request.model())
                .orElseThrow(() -> new FarmException(
                        ErrorCode.MODEL_NOT_FOUND,
                        place + ".model: there is no model '" + request.model() + "'; there is "
                                + (models.names().isEmpty() ? "none at present" : String.join(", ", models.names()))));
        models.checkInService(model.name());
        PictureForm form = model.picture().orElseThrow(() -> invalid(place + ".model: " + noPictures(model)));
        SortedMap<String, List<PicturePlane>> inputs = inputs(request, model, form.layout(), place);
        ModelStep step = new ModelStep(
                model, models.files(model.version()), inputs, space(request, place), tiling(request, model, place));
        requireEarly(step, place);
        width *= form.scale();
        height *= form.scale();
        if (width * height > ModelStep.MAX_PIXELS || Math.max(width, height) > Picture.MAX_SIDE) {
            throw new FarmException(
                    ErrorCode.TOO_LARGE,
                    place + ": the frame would have " + width + " × " + height
                            + " pixels after it; with steps a frame has at most " + ModelStep.MAX_PIXELS
                            + ": render fewer pixels, or leave the step out");
        }
        admitted.add(step);
    }

    private static String noPictures(ModelDescription model) {
        return "'" + model.name() + "' does not turn pictures into pictures. A step takes a model whose inputs are FP32"
                + " of 3, 6 or 9 channels, [1, channels, height, width] or with the channels last, and whose first"
                + " output has 3 channels and the same size or an integer multiple of it; this one takes "
                + text(model.inputs()) + " and gives " + text(model.outputs());
    }

    private static String text(List<TensorDescription> tensors) {
        return tensors.stream()
                .map(tensor -> tensor.name() + " " + tensor.datatype() + " " + tensor.shape())
                .collect(Collectors.joining(", "));
    }

    private static SortedMap<String, List<PicturePlane>> inputs(
            StepRequest request, ModelDescription model, PictureForm.Layout layout, String place) {
        List<String> names =
                model.inputs().stream().map(TensorDescription::name).toList();
        for (String name : request.inputs().keySet()) {
            if (!names.contains(name)) {
                throw invalid(place + ".inputs: the model has no input '" + name + "'; it has " + names);
            }
        }
        SortedMap<String, List<PicturePlane>> inputs = new TreeMap<>();
        for (TensorDescription input : model.inputs()) {
            int channels = (int) layout.channels(input.shape());
            List<PicturePlane> planes = Optional.ofNullable(request.inputs().get(input.name()))
                    .map(text -> planes(text, place))
                    .orElseGet(() -> usual(input.name(), channels, names.size(), place));
            if (planes.size() * PicturePlane.CHANNELS != channels) {
                throw invalid(place + ".inputs: '" + input.name() + "' has " + channels + " channels, " + planes
                        + " are " + planes.size() * PicturePlane.CHANNELS);
            }
            inputs.put(input.name(), planes);
        }
        return inputs;
    }

    private static List<PicturePlane> planes(String text, String place) {
        try {
            return Arrays.stream(text.split(","))
                    .map(name -> PicturePlane.valueOf(name.strip().toUpperCase(Locale.ROOT)))
                    .toList();
        } catch (IllegalArgumentException e) {
            throw new FarmException(
                    ErrorCode.INVALID_REQUEST,
                    place + ".inputs: an input is given " + Arrays.toString(PicturePlane.values())
                            + ", or several of them with commas between, not '" + text + "'",
                    e);
        }
    }

    /** What denoisers are trained with: the colour, then the albedo, then the normal; or an input for each, by its name. */
    private static List<PicturePlane> usual(String name, int channels, int inputs, String place) {
        if (inputs == 1) {
            return List.of(PicturePlane.values()).subList(0, channels / PicturePlane.CHANNELS);
        }
        String known = name.toLowerCase(Locale.ROOT);
        if (known.contains("alb")) {
            return List.of(PicturePlane.ALBEDO);
        }
        if (known.contains("norm") || known.contains("nrm")) {
            return List.of(PicturePlane.NORMAL);
        }
        if (Map.of("color", 1, "colour", 1, "hdr", 1, "image", 1, "input", 1, "rgb", 1)
                .containsKey(known)) {
            return List.of(PicturePlane.COLOR);
        }
        throw invalid(place + ".inputs: say what '" + name + "' is given, such as {\"" + name + "\": \"COLOR\"}");
    }

    private Space space(StepRequest request, String place) {
        Space space = request.space().orElse(Space.LINEAR);
        if (space == Space.LINEAR && !admitted.isEmpty() && admitted.getLast().space() == Space.SRGB) {
            throw invalid(place + ".space: a step of linear colours cannot follow one of SRGB; put it before");
        }
        return space;
    }

    private Tiling tiling(StepRequest request, ModelDescription model, String place) {
        Optional<Integer> fixed = fixedSide(model, place);
        int whole = (int) Math.max(Tiling.MIN_SIDE, Math.max(width, height));
        int side = fixed.or(request::tile).orElse(width * height <= WHOLE_FRAME_PIXELS ? whole : DEFAULT_TILE);
        if (request.tile()
                .filter(tile -> tile < Tiling.MIN_SIDE || tile > MAX_TILE || fixed.isPresent() && tile != side)
                .isPresent()) {
            throw invalid(place + ".tile: "
                    + fixed.map(only -> "the model takes tiles of " + only + " pixels alone")
                            .orElse("a tile has from " + Tiling.MIN_SIDE + " to " + MAX_TILE + " pixels a side"));
        }
        int overlap = request.overlap().orElse(Math.min(DEFAULT_OVERLAP, side / 4));
        int multiple = fixed.or(request::multiple).orElse(Math.min(DEFAULT_MULTIPLE, side));
        try {
            return new Tiling(side, overlap, multiple);
        } catch (FarmException e) {
            throw new FarmException(e.code(), place + ": " + e.getMessage(), e);
        }
    }

    /** The side of the only tiles that a model takes; empty for one that takes any. */
    private static Optional<Integer> fixedSide(ModelDescription model, String place) {
        PictureForm.Layout layout = model.picture().orElseThrow().layout();
        List<Long> shape = model.inputs().getFirst().shape();
        long rows = layout.height(shape);
        long columns = layout.width(shape);
        if (rows < 0 && columns < 0) {
            return Optional.empty();
        }
        if (rows != columns || rows < Tiling.MIN_SIDE) {
            throw invalid(place + ".model: '" + model.name() + "' takes pictures of " + columns + " × " + rows
                    + " alone; export it with open sizes, or for squares");
        }
        return Optional.of((int) rows);
    }

    private void requireEarly(ModelStep step, String place) {
        if (!step.reads().isEmpty() && admitted.stream().anyMatch(before -> before.scale() > 1)) {
            throw invalid(place + ".inputs: " + step.reads() + " have the size of the rendered frame; put the step"
                    + " before the one that enlarges it");
        }
    }

    private static FarmException invalid(String message) {
        return new FarmException(ErrorCode.INVALID_REQUEST, message);
    }
}

package farm.tilth.api.job;

import farm.tilth.api.lease.Hardware;
import farm.tilth.api.lease.TaskKind;
import farm.tilth.api.pay.Tariff;
import farm.tilth.api.upload.OwnedBlobs;
import farm.tilth.api.upload.Scene;
import farm.tilth.api.upload.SceneState;
import farm.tilth.api.upload.Scenes;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.result.Receipt;
import farm.tilth.protocol.task.CameraChoice;
import farm.tilth.protocol.task.EmbeddingPlan;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.task.ModelStep;
import farm.tilth.protocol.task.RenderPlan;
import farm.tilth.protocol.task.SceneReport;
import farm.tilth.splitter.split.Split;
import farm.tilth.splitter.split.SplitOptions;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Finds out whether an order can be carried out, before anything is held. What it refuses, it names. Blocks. */
@ApplicationScoped
public class Admission {
    private static final Duration DATABASE_TIMEOUT = Duration.ofSeconds(10);
    private static final int MAX_LISTED = 20;

    private final Scenes scenes;
    private final Models models;
    private final OwnedBlobs owned;
    private final TextRows rows;
    private final Tariff tariff;
    private final JobConfig config;

    Admission(Scenes scenes, Models models, OwnedBlobs owned, TextRows rows, Tariff tariff, JobConfig config) {
        this.scenes = scenes;
        this.models = models;
        this.owned = owned;
        this.rows = rows;
        this.tariff = tariff;
        this.config = config;
    }

    /** A good order with its price. */
    public record Admitted(Order order, Receipt.Prices prices, Quote quote) {}

    /**
     * Checks a request against what the account has and the farm can do.
     *
     * @throws FarmException that names the field, what is wrong with it and what to do
     */
    public Admitted admit(UUID account, JobRequest request, Optional<String> quote) {
        return request.render()
                .map(render -> admit(
                        account,
                        render,
                        quote.map(text -> tariff.redeem(account, text, render.hardware()))
                                .orElseGet(
                                        () -> tariff.render(render.hardware()).prices())))
                .orElseGet(() -> admit(account, request.embed().orElseThrow()));
    }

    /** What an order would cost at the present prices, which can be had for a while. */
    Quote quote(UUID account, RenderRequest request) {
        Tariff.Offer offer = tariff.render(request.hardware());
        Admitted admitted = admit(account, request, offer.prices());
        TaskKind tiles = new TaskKind(((Order.Render) admitted.order()).plan().engine(), "renderTile");
        Quote.OnHardware hardware = new Quote.OnHardware(
                offer.hardware(), tariff.percent(offer.hardware()), tariff.workers(tiles, offer.hardware()));
        return admitted.quote().offered(offer, hardware, tariff.seal(account, offer));
    }

    Admitted admit(UUID account, RenderRequest request) {
        return admit(account, request, tariff.render(request.hardware()).prices());
    }

    private Admitted admit(UUID account, RenderRequest request, Receipt.Prices prices) {
        Scene scene = scene(account, request.scene());
        SceneReport report = scene.report().orElseThrow();
        checkCamera(request.camera(), report);
        checkAnimation(request, report);
        checkVariant(request, report);
        request.environment()
                .ifPresent(environment -> checkOwned(account, environment.file(), "render.environment.file"));
        List<ModelStep> steps = StepAdmission.admit(request.models(), models, request.width(), request.height());
        RenderPlan plan = new RenderPlan(
                report.engine(),
                request.shot(scene.files()),
                request.paths(),
                request.picture().through(steps));
        SplitOptions suited = SplitOptions.forPlan(plan);
        SplitOptions options = new SplitOptions(
                request.tile().orElse(suited.tileSide()),
                request.samplesPerTask().orElse(suited.samplesPerTask()));
        double raysPerSample = Math.max(1, report.raysPerSample());
        return price(
                new Order.Render(plan, options, raysPerSample, request.hardware()),
                steps.isEmpty() ? prices : withModels(prices, request.hardware()));
    }

    /** A model's work has the price of inference, whatever rendering costs. */
    private Receipt.Prices withModels(Receipt.Prices render, Hardware hardware) {
        long models = tariff.inference(hardware).perMillionUnits();
        return new Receipt.Prices(render.perMillionUnits(), render.feeBasisPoints(), Optional.of(models));
    }

    private Admitted admit(UUID account, EmbedRequest request) {
        ModelDescription model = models.find(request.model())
                .orElseThrow(() -> new FarmException(
                        ErrorCode.MODEL_NOT_FOUND,
                        "embed.model: there is no model '" + request.model() + "'; there is "
                                + listed(models.names(), "none at present: no worker that runs one is connected")));
        models.checkInService(model.name());
        if (model.embeddingDimensions() < 1) {
            throw invalid("embed.model: '" + request.model() + "' does not embed texts");
        }
        checkOwned(account, request.input(), "embed.input");
        int count = rows.count(request.input());
        EmbeddingPlan plan = new EmbeddingPlan(model.engine(), model.version(), request.input(), count);
        return price(
                new Order.Embed(plan, model, config.rowsPerTask(), request.hardware()),
                tariff.inference(request.hardware()));
    }

    private Scene scene(UUID account, UUID id) {
        Scene scene = scenes.find(account, id)
                .await()
                .atMost(DATABASE_TIMEOUT)
                .orElseThrow(() -> new FarmException(
                        ErrorCode.NOT_FOUND, "render.scene: there is no scene " + id + " in this account"));
        if (scene.state() == SceneState.INSPECTING) {
            throw new FarmException(
                    ErrorCode.CONFLICT,
                    "render.scene: scene " + id + " is still being inspected; wait until its state is READY");
        }
        scene.error().ifPresent(refusal -> {
            throw new FarmException(refusal.code(), "render.scene: the scene was refused: " + refusal.detail());
        });
        return scene;
    }

    private static void checkCamera(CameraChoice camera, SceneReport report) {
        if (camera instanceof CameraChoice.Named(String name)
                && !report.cameras().contains(name)) {
            throw invalid("render.camera: the scene has no camera '" + name + "'; it has "
                    + listed(report.cameras(), "none, so leave the camera out or place one"));
        }
    }

    private static void checkVariant(RenderRequest request, SceneReport report) {
        request.variant().filter(name -> !report.variants().contains(name)).ifPresent(name -> {
            throw invalid("render.variant: the scene has no material variant '" + name + "'; it has "
                    + listed(report.variants(), "none, so leave the variant out"));
        });
    }

    private static void checkAnimation(RenderRequest request, SceneReport report) {
        int count = report.animations().size();
        request.animation().filter(n -> n < 0 || n >= count).ifPresent(n -> {
            throw invalid("render.animation: the scene has no animation number " + n + "; it has " + count
                    + (count == 0 ? "" : ", numbered from 0"));
        });
    }

    private void checkOwned(UUID account, Digest blob, String field) {
        if (owned.owned(account, List.of(blob)).await().atMost(DATABASE_TIMEOUT).isEmpty()) {
            throw new FarmException(
                    ErrorCode.NOT_FOUND, field + ": there is no upload " + blob + " in this account; upload it first");
        }
    }

    private static Admitted price(Order order, Receipt.Prices prices) {
        try {
            if (order.taskCount() > Split.MAX_TASKS) {
                throw new FarmException(
                        ErrorCode.TOO_LARGE,
                        "the job would be split into " + order.taskCount() + " tasks; the most is " + Split.MAX_TASKS
                                + ": ask for larger tiles, fewer frames or more samples a task");
            }
            long ceiling = order.maxWorkUnits();
            long models = prices.models().gross(order.modelWorkUnits());
            Quote quote = new Quote(
                    Math.addExact(prices.gross(ceiling), models),
                    Math.addExact(prices.gross(order.estimatedWorkUnits()), models),
                    ceiling,
                    Optional.of(order.modelWorkUnits()).filter(units -> units > 0),
                    order.taskCount(),
                    order.kind() == JobKind.RENDER ? order.frames().size() : 0,
                    prices.perMillionUnits(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
            return new Admitted(order, prices, quote);
        } catch (ArithmeticException e) {
            throw new FarmException(
                    ErrorCode.TOO_LARGE,
                    "the job is too large to be priced: ask for fewer pixels, samples or frames",
                    e);
        }
    }

    private static String listed(List<String> names, String none) {
        if (names.isEmpty()) {
            return none;
        }
        String first = String.join(", ", names.subList(0, Math.min(MAX_LISTED, names.size())));
        return names.size() > MAX_LISTED ? first + " and " + (names.size() - MAX_LISTED) + " more" : first;
    }

    private static FarmException invalid(String message) {
        return new FarmException(ErrorCode.INVALID_REQUEST, message);
    }
}

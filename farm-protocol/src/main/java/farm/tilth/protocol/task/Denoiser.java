package farm.tilth.protocol.task;

import static farm.tilth.protocol.task.Checks.present;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/** What takes the noise out of a merged frame. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Denoiser.Guided.class, name = "guided"),
    @JsonSubTypes.Type(value = Denoiser.Model.class, name = "model")
})
public sealed interface Denoiser {
    /** The layers that it reads. */
    List<Layer> reads();

    /** The farm's own: an exact filter that keeps the edges of albedo, normal and depth. */
    record Guided() implements Denoiser {
        @Override
        public List<Layer> reads() {
            return List.of(Layer.ALBEDO, Layer.NORMAL, Layer.DEPTH, Layer.HALF);
        }
    }

    /** An ONNX model that an inference worker runs. */
    record Model(String name) implements Denoiser {
        public Model {
            present(name, "the denoiser's model");
        }

        @Override
        public List<Layer> reads() {
            return List.of(Layer.ALBEDO, Layer.NORMAL);
        }
    }
}

package farm.tilth.api.job;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.task.ModelPackage;
import java.util.List;
import java.util.Optional;

/** The models that the farm can run, as its workers described them. Answers at once. */
public interface Models {
    /** The model that clients call by this name. */
    Optional<ModelDescription> find(String name);

    /**
     * Refuses a model that an operator took out of service.
     *
     * @throws farm.tilth.protocol.FarmException with MODEL_NOT_FOUND
     */
    void checkInService(String name);

    /** From what workers load that version; empty for a model that they bring along. */
    Optional<ModelPackage> files(Digest version);

    /** The names that {@link #find} knows, for messages. */
    List<String> names();
}

package farm.tilth.api.job;

import farm.tilth.protocol.task.ModelDescription;
import java.util.List;
import java.util.Optional;

/** The models that the farm can run, as its workers described them. Answers at once. */
public interface Models {
    /** The model that clients call by this name. */
    Optional<ModelDescription> find(String name);

    /** The names that {@link #find} knows, for messages. */
    List<String> names();
}

package farm.tilth.api.lease;

import java.util.List;

/** Hears what became of tasks, after it is durable. A call may be lost with the process: nothing may depend on it alone. */
public interface TaskListener {
    /** Called on any thread; must return at once. */
    void changed(List<TaskChange> changes);
}

package farm.tilth.api.lease;

import io.quarkus.arc.All;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** Tells every {@link TaskListener} of this replica what became of tasks. */
@ApplicationScoped
public class TaskNews {
    private final List<TaskListener> listeners;

    TaskNews(@All List<TaskListener> listeners) {
        this.listeners = List.copyOf(listeners);
    }

    /** Returns at once; nobody is told of nothing. */
    public void publish(List<TaskChange> changes) {
        if (!changes.isEmpty()) {
            listeners.forEach(listener -> listener.changed(changes));
        }
    }
}

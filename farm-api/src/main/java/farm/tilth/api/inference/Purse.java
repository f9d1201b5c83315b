package farm.tilth.api.inference;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An account's spending windows: one that calls reserve from, those that wait for their last calls. Thread-safe. */
final class Purse {
    private final List<SpendingWindow> windows = new ArrayList<>();
    private boolean refilling;

    /** Reserves from any window that has the room. */
    synchronized Optional<SpendingWindow> reserve(long ceiling, long nowNanos) {
        return windows.stream()
                .filter(window -> window.reserve(ceiling, nowNanos))
                .findFirst();
    }

    synchronized void add(SpendingWindow window) {
        windows.add(window);
    }

    /** Whether the caller should open another window now, before a call has to wait for one; asked once each time. */
    synchronized boolean startRefill() {
        if (refilling || windows.isEmpty() || !windows.stream().allMatch(SpendingWindow::isRunningLow)) {
            return false;
        }
        refilling = true;
        return true;
    }

    synchronized void endRefill() {
        refilling = false;
    }

    /** Takes out the windows whose calls have ended, and that no further call will use. */
    synchronized List<SpendingWindow> takeOver(long nowNanos, long ageNanos, long idleNanos) {
        List<SpendingWindow> over = windows.stream()
                .filter(window -> window.sealWhenOver(nowNanos, ageNanos, idleNanos) && window.isOver())
                .toList();
        windows.removeAll(over);
        return over;
    }

    /** Takes out all windows; their open calls are not paid. */
    synchronized List<SpendingWindow> takeAll() {
        windows.forEach(SpendingWindow::seal);
        List<SpendingWindow> all = List.copyOf(windows);
        windows.clear();
        return all;
    }

    synchronized boolean isEmpty() {
        return windows.isEmpty() && !refilling;
    }
}

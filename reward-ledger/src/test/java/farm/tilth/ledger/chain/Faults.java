package farm.tilth.ledger.chain;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.IntPredicate;

/** Breaks calls to what it wraps, before they have happened or after: who made them cannot tell which. */
final class Faults {
    /** What a broken call throws. */
    static final class Crash extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private final IntPredicate before;
    private final IntPredicate after;
    private int calls;

    /** The predicates say which calls break, by their number. */
    Faults(IntPredicate before, IntPredicate after) {
        this.before = before;
        this.after = after;
    }

    int calls() {
        return calls;
    }

    <T> T around(Class<T> type, T real) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (_, method, arguments) -> {
                    int number = calls++;
                    if (before.test(number)) {
                        throw new Crash();
                    }
                    Object result;
                    try {
                        result = method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                    if (after.test(number)) {
                        throw new Crash();
                    }
                    return result;
                }));
    }
}

package farm.tilth.protocol.task;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;

/** The one way in which the values of this package refuse a wrong component. */
final class Checks {
    private Checks() {}

    static void check(boolean condition, String message) {
        if (!condition) {
            throw new FarmException(ErrorCode.INVALID_REQUEST, message);
        }
    }

    static void checkRange(long value, long min, long max, String name) {
        check(value >= min && value <= max, name + " is " + value + "; it must be from " + min + " to " + max);
    }

    static void checkFinite(double value, String name) {
        check(Double.isFinite(value), name + " is not a finite number");
    }

    static <T> T present(T value, String name) {
        check(value != null, name + " is missing");
        return value;
    }

    /** Refuses a path that is not relative, with '/', and inside its folder. */
    static void checkInside(String path, String of) {
        check(!path.isEmpty() && path.length() <= 255, "a " + of + "'s path is empty or longer than 255 characters");
        boolean plain = path.chars().noneMatch(c -> c < 32 || c == '\\' || c == ':');
        boolean inside = !path.startsWith("/");
        for (String part : path.split("/", -1)) {
            inside &= !part.isEmpty() && !part.equals(".") && !part.equals("..");
        }
        check(
                plain && inside,
                "the path '" + path + "' leaves the " + of + "'s folder or has a character that is not allowed");
    }
}

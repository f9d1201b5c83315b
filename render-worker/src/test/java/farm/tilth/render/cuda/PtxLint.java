package farm.tilth.render.cuda;

import java.util.List;
import java.util.Set;

/** Finds the float instructions whose result is not the IEEE one, rounded to nearest. */
final class PtxLint {
    private static final Set<String> ROUNDED = Set.of("add", "sub", "mul", "fma", "div", "sqrt", "rcp");
    private static final Set<String> EXACT =
            Set.of("mov", "ld", "st", "setp", "set", "selp", "neg", "abs", "slct", "copysign", "testp");

    private PtxLint() {}

    static List<String> findings(PtxProgram program) {
        return program.instructions().stream()
                .filter(i -> i.isFloat() && !isExact(i))
                .map(PtxInstruction::toString)
                .toList();
    }

    private static boolean isExact(PtxInstruction i) {
        if (i.has("ftz") || i.has("approx") || i.has("full") || i.has("sat")) {
            return false;
        }
        if (ROUNDED.contains(i.name())) {
            return i.has("rn");
        }
        return switch (i.name()) {
            // Against a constant that is no NaN, all readings of minimum and maximum agree.
            case "min", "max" -> i.operands().stream().anyMatch(o -> o.startsWith("0f"));
            case "cvt" -> i.has("rn") || i.has("rzi");
            default -> EXACT.contains(i.name());
        };
    }
}

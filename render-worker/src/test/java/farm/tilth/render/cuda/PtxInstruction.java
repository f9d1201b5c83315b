package farm.tilth.render.cuda;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One instruction of a PTX program.
 *
 * @param guard the predicate before it, as C++: "p3" or "!p3"
 * @param opcode "add.rn.f32"
 * @param operands as they are written; a vector {@code {a, b}} is one operand
 */
record PtxInstruction(Optional<String> guard, String opcode, List<String> operands) {
    private static final Pattern SHAPE =
            Pattern.compile("(?:@(!?)%(p\\d+)\\s+)?([a-z][\\w.:]*)\\s*(.*)", Pattern.DOTALL);

    static PtxInstruction parse(String text) {
        Matcher m = SHAPE.matcher(text.strip());
        if (!m.matches()) {
            throw new IllegalArgumentException("no instruction: " + text);
        }
        Optional<String> guard = Optional.ofNullable(m.group(2)).map(p -> m.group(1) + p);
        return new PtxInstruction(guard, m.group(3), split(m.group(4)));
    }

    private static List<String> split(String operands) {
        List<String> list = new ArrayList<>();
        int depth = 0;
        StringBuilder current = new StringBuilder();
        for (char c : operands.toCharArray()) {
            depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
            if (c == ',' && depth == 0) {
                list.add(current.toString().strip());
                current.setLength(0);
            } else {
                current.append(c);
            }
        }
        if (!current.toString().isBlank()) {
            list.add(current.toString().strip());
        }
        return List.copyOf(list);
    }

    /** The words of the opcode: "add", "rn", "f32". */
    List<String> words() {
        return Arrays.asList(opcode.split("\\."));
    }

    String name() {
        return words().getFirst();
    }

    /** The last word of the opcode, which is the type of what it reads. */
    String type() {
        return words().getLast();
    }

    boolean has(String word) {
        return words().contains(word);
    }

    boolean isFloat() {
        return has("f32") || has("f64") || has("f16");
    }
}

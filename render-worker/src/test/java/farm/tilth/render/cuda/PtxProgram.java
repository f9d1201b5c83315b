package farm.tilth.render.cuda;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The one entry of a PTX module, as nvcc or NVRTC writes it.
 *
 * @param localBytes the size of its local memory
 * @param registers their declarations: type and prefix with count, "f32", "f", 12
 * @param body labels and instructions in order
 */
record PtxProgram(int localBytes, List<Registers> registers, List<Line> body) {
    private static final Pattern LOCAL = Pattern.compile("\\.local\\s+\\.align\\s+\\d+\\s+\\.b8\\s+\\w+\\[(\\d+)]");
    private static final Pattern REGISTERS = Pattern.compile("\\.reg\\s+\\.(\\w+)\\s+%(\\w+)(?:<(\\d+)>)?");
    private static final Pattern LABEL = Pattern.compile("^\\s*(\\$\\w+):");

    /** Registers of one kind; a count of 1 and no number for a single one. */
    record Registers(String type, String prefix, int count, boolean numbered) {}

    /** A label or an instruction. */
    sealed interface Line {}

    /** A place to jump to. */
    record Label(String name) implements Line {}

    /** Something to do. */
    record Step(PtxInstruction instruction) implements Line {}

    static PtxProgram parse(String ptx) {
        String text = ptx.replaceAll("//[^\\n]*", "").replaceAll("(?s)/\\*.*?\\*/", "");
        int open = text.indexOf('{', text.indexOf(".entry"));
        String body = text.substring(open + 1, text.lastIndexOf('}'));
        List<Registers> registers = new ArrayList<>();
        List<Line> lines = new ArrayList<>();
        int localBytes = 0;
        for (String statement : body.split(";")) {
            String rest = statement;
            for (Matcher m = LABEL.matcher(rest); m.find(); m = LABEL.matcher(rest)) {
                lines.add(new Label(m.group(1)));
                rest = rest.substring(m.end());
            }
            rest = rest.strip();
            Matcher local = LOCAL.matcher(rest);
            Matcher register = REGISTERS.matcher(rest);
            if (local.find()) {
                localBytes = Integer.parseInt(local.group(1));
            } else if (register.find()) {
                boolean numbered = register.group(3) != null;
                int count = numbered ? Integer.parseInt(register.group(3)) : 1;
                registers.add(new Registers(register.group(1), register.group(2), count, numbered));
            } else if (!rest.isEmpty() && !rest.startsWith(".")) {
                lines.add(new Step(PtxInstruction.parse(rest)));
            }
        }
        return new PtxProgram(localBytes, registers, lines);
    }

    List<PtxInstruction> instructions() {
        return body.stream()
                .filter(Step.class::isInstance)
                .map(line -> ((Step) line).instruction())
                .toList();
    }
}

package farm.tilth.render.cuda;

import farm.tilth.render.cuda.PtxProgram.Label;
import farm.tilth.render.cuda.PtxProgram.Registers;
import farm.tilth.render.cuda.PtxProgram.Step;
import java.util.List;
import java.util.Map;

/**
 * Translates a PTX program to a C++ function over ptx_machine.h, one statement an instruction, so that what the GPU
 * would compute can be computed where there is none.
 */
final class PtxTranslator {
    private static final Map<String, String> TYPES = Map.ofEntries(
            Map.entry("b8", "u8"),
            Map.entry("u8", "u8"),
            Map.entry("s8", "i8"),
            Map.entry("b16", "u16"),
            Map.entry("u16", "u16"),
            Map.entry("s16", "i16"),
            Map.entry("b32", "u32"),
            Map.entry("u32", "u32"),
            Map.entry("s32", "i32"),
            Map.entry("b64", "u64"),
            Map.entry("u64", "u64"),
            Map.entry("s64", "i64"),
            Map.entry("f32", "float"),
            Map.entry("f64", "double"),
            Map.entry("pred", "bool"));
    private static final Map<String, String> BINARY =
            Map.of("add", "+", "sub", "-", "div", "/", "rem", "%", "and", "&", "or", "|", "xor", "^");
    private static final Map<String, String> COMPARISONS = Map.ofEntries(
            Map.entry("eq", "=="),
            Map.entry("ne", "!="),
            Map.entry("lt", "<"),
            Map.entry("le", "<="),
            Map.entry("gt", ">"),
            Map.entry("ge", ">="),
            Map.entry("lo", "<"),
            Map.entry("ls", "<="),
            Map.entry("hi", ">"),
            Map.entry("hs", ">="));
    private static final Map<String, String> SPECIAL =
            Map.of("%tid.x", "thread", "%ctaid.x", "block", "%ntid.x", "threads");

    private final StringBuilder out = new StringBuilder();

    private PtxTranslator() {}

    /** The text of {@code translated_kernel(const u8* parameters, u32 block, u32 threads, u32 thread)}. */
    static String translate(PtxProgram program) {
        return new PtxTranslator().text(program);
    }

    private String text(PtxProgram program) {
        out.append("#include \"ptx_machine.h\"\nusing namespace ptx;\n");
        out.append("static void translated_kernel(const u8* parameters, u32 block, u32 threads, u32 thread) {\n");
        out.append("alignas(16) u8 local_memory[")
                .append(Math.max(1, program.localBytes()))
                .append("];\n");
        program.registers().forEach(this::declare);
        for (PtxProgram.Line line : program.body()) {
            switch (line) {
                case Label label -> out.append(label(label.name())).append(":;\n");
                case Step step -> step(step.instruction());
            }
        }
        return out.append("}\n").toString();
    }

    private void declare(Registers registers) {
        String type = registers.type().equals("pred") ? "bool" : container(registers.type());
        for (int i = 0; i < registers.count(); i++) {
            String name = registers.prefix() + (registers.numbered() ? Integer.toString(i) : "");
            out.append(type).append(' ').append(name).append(" = 0;\n");
        }
    }

    private void step(PtxInstruction i) {
        i.guard().ifPresent(guard -> out.append("if (").append(guard).append(") "));
        out.append("{ ").append(statement(i)).append(" }\n");
    }

    private String statement(PtxInstruction i) {
        List<String> o = i.operands();
        return switch (i.name()) {
            case "bra" -> "goto " + label(o.getFirst()) + ";";
            case "ret", "exit" -> "return;";
            case "ld" -> load(i);
            case "st" -> store(i);
            case "mov", "cvta" -> move(i);
            case "setp" -> compare(i);
            case "cvt" ->
                assign(o.getFirst(), convert(i), i.words().get(i.words().size() - 2));
            default -> assign(o.getFirst(), value(i), resultType(i));
        };
    }

    private static String resultType(PtxInstruction i) {
        return i.has("wide") ? (i.type().equals("s32") ? "s64" : "u64") : i.type();
    }

    private String value(PtxInstruction i) {
        String type = i.type();
        String a = read(i, 1, type);
        String b = i.operands().size() > 2 ? read(i, 2, type) : "";
        return switch (i.name()) {
            case "add", "sub", "div", "rem", "and", "or", "xor" -> a + " " + BINARY.get(i.name()) + " " + b;
            case "mul" -> product(i, a, b);
            case "mad" -> product(i, a, b) + " + " + read(i, 3, resultType(i));
            case "fma" -> "std::fma(" + a + ", " + b + ", " + read(i, 3, type) + ")";
            case "sqrt" -> "std::sqrt(" + a + ")";
            case "rcp" -> "1 / " + a;
            case "neg" -> type.startsWith("s") ? "0 - " + a : "-" + a;
            case "abs" -> "std::abs(" + a + ")";
            case "not" -> type.equals("pred") ? "!" + a : "~" + a;
            case "min" -> "least(" + a + ", " + b + ")";
            case "max" -> "most(" + a + ", " + b + ")";
            case "shl" -> "shifted_left(" + a + ", " + read(i, 2, "u32") + ")";
            case "shr" -> "shifted_right(" + a + ", " + read(i, 2, "u32") + ")";
            case "selp" -> read(i, 3, "pred") + " ? " + a + " : " + b;
            case "brev" -> "reverse_bits(" + a + ")";
            case "popc" -> "__builtin_popcount(" + a + ")";
            case "clz" -> "(" + a + " ? __builtin_clz(" + a + ") : 32)";
            case "lop3" -> "lookup3(" + a + ", " + b + ", " + read(i, 3, type) + ", " + read(i, 4, type) + ")";
            case "shf" -> "funnel_left(" + a + ", " + b + ", " + read(i, 3, "u32") + ")";
            case "prmt" -> "permuted(" + a + ", " + b + ", " + read(i, 3, "u32") + ")";
            case "bfe" -> "extracted(" + a + ", " + read(i, 2, "u32") + ", " + read(i, 3, "u32") + ")";
            default -> throw unknown(i);
        };
    }

    private static String product(PtxInstruction i, String a, String b) {
        if (i.has("wide")) {
            String wide = TYPES.get(resultType(i));
            return "(" + wide + ")" + a + " * (" + wide + ")" + b;
        }
        return i.has("hi") ? "high_product(" + a + ", " + b + ")" : a + " * " + b;
    }

    private String convert(PtxInstruction i) {
        String from = i.type();
        String to = i.words().get(i.words().size() - 2);
        String a = read(i, 1, from);
        boolean toInteger = !to.startsWith("f") && from.startsWith("f");
        if (!toInteger) {
            return "(" + TYPES.get(to) + ")" + a;
        }
        if (!i.has("rzi")) {
            throw unknown(i);
        }
        return "truncated_" + TYPES.get(to) + "(" + a + ")";
    }

    private String load(PtxInstruction i) {
        String type = i.type();
        long width = width(type);
        String base = address(i.operands().get(1), i.has("param"));
        StringBuilder text = new StringBuilder();
        List<String> targets = elements(i.operands().getFirst());
        for (int k = 0; k < targets.size(); k++) {
            String value = "load<" + TYPES.get(type) + ">(" + base + " + " + k * width + ")";
            text.append(assign(targets.get(k), value, type));
        }
        return text.toString();
    }

    private String store(PtxInstruction i) {
        String type = i.type();
        String base = address(i.operands().getFirst(), false);
        StringBuilder text = new StringBuilder();
        List<String> sources = elements(i.operands().get(1));
        for (int k = 0; k < sources.size(); k++) {
            text.append("store<" + TYPES.get(type) + ">(" + base + " + " + k * width(type) + ", "
                    + operand(sources.get(k), type) + ");");
        }
        return text.toString();
    }

    private String move(PtxInstruction i) {
        String to = i.operands().getFirst();
        String from = i.operands().get(1);
        if (from.startsWith("__local_depot")) {
            return name(to) + " = (u64)local_memory;";
        }
        if (from.startsWith("{")) {
            List<String> halves = elements(from);
            return name(to) + " = (u64)" + operand(halves.get(1), "b32") + " << 32 | " + operand(halves.get(0), "b32")
                    + ";";
        }
        if (to.startsWith("{")) {
            List<String> halves = elements(to);
            String whole = operand(from, "b64");
            return assign(halves.get(0), "(u32)" + whole, "b32")
                    + assign(halves.get(1), "(u32)(" + whole + " >> 32)", "b32");
        }
        return assign(to, operand(from, i.type()), i.type());
    }

    private String compare(PtxInstruction i) {
        String type = i.type();
        String relation = i.words().get(1);
        String a = read(i, 1, type);
        String b = read(i, 2, type);
        boolean unordered = i.isFloat() && relation.length() == 3 && relation.endsWith("u");
        String result;
        if (relation.equals("nan") || relation.equals("num")) {
            String nan = "(" + a + " != " + a + " || " + b + " != " + b + ")";
            result = relation.equals("nan") ? nan : "!" + nan;
        } else if (unordered) {
            result = "(" + a + " != " + a + " || " + b + " != " + b + " || " + a + " "
                    + COMPARISONS.get(relation.substring(0, 2)) + " " + b + ")";
        } else if (i.isFloat() && relation.equals("ne")) {
            result = "(" + a + " < " + b + " || " + a + " > " + b + ")";
        } else {
            result = "(" + a + " " + COMPARISONS.get(relation) + " " + b + ")";
        }
        if (i.operands().size() > 3) {
            String operator =
                    Map.of("and", "&", "or", "|", "xor", "^").get(i.words().get(2));
            result = "(" + result + " " + operator + " " + read(i, 3, "pred") + ")";
        }
        return name(i.operands().getFirst()) + " = " + result + ";";
    }

    private String assign(String register, String value, String type) {
        String target = name(register);
        if (register.startsWith("%p") && !register.startsWith("%pd")) {
            return target + " = " + value + ";";
        }
        return target + " = bits_of<decltype(" + target + ")>((" + TYPES.get(type) + ")(" + value + "));";
    }

    private String read(PtxInstruction i, int operand, String type) {
        return operand(i.operands().get(operand), type);
    }

    private static String operand(String text, String type) {
        if (SPECIAL.containsKey(text)) {
            return SPECIAL.get(text);
        }
        if (text.startsWith("0f") || text.startsWith("0d")) {
            return "as<" + TYPES.get(type) + ">(" + (text.startsWith("0f") ? "(u32)" : "(u64)") + "0x"
                    + text.substring(2) + "u)";
        }
        if (text.startsWith("!%p") || text.startsWith("%p")) {
            return text.replace("%", "");
        }
        if (text.startsWith("%")) {
            return "as<" + TYPES.get(type) + ">(" + name(text) + ")";
        }
        return "(" + TYPES.get(type) + ")" + text + (text.length() > 9 ? "ll" : "");
    }

    private static String address(String text, boolean parameter) {
        String inner = text.substring(1, text.length() - 1).strip();
        String[] parts = inner.split("\\+");
        String base = parameter ? "(u64)parameters" : inner.startsWith("%") ? name(parts[0].strip()) : "";
        if (base.isEmpty()) {
            throw new IllegalArgumentException("no address: " + text);
        }
        return base + (parts.length > 1 ? " + " + parts[1].strip() : "");
    }

    private static List<String> elements(String text) {
        return text.startsWith("{")
                ? List.of(text.substring(1, text.length() - 1).strip().split("\\s*,\\s*"))
                : List.of(text);
    }

    private static String container(String type) {
        return "u" + 8 * width(type);
    }

    private static int width(String type) {
        return Integer.parseInt(type.substring(1)) / 8;
    }

    private static String name(String register) {
        return register.replace("%", "");
    }

    private static String label(String name) {
        return name.replace("$", "");
    }

    private static IllegalArgumentException unknown(PtxInstruction i) {
        return new IllegalArgumentException("the translator does not know " + i);
    }
}

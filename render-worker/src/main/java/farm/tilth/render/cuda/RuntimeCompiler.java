package farm.tilth.render.cuda;

import static org.bytedeco.cuda.global.nvrtc.NVRTC_SUCCESS;
import static org.bytedeco.cuda.global.nvrtc.nvrtcCompileProgram;
import static org.bytedeco.cuda.global.nvrtc.nvrtcCreateProgram;
import static org.bytedeco.cuda.global.nvrtc.nvrtcDestroyProgram;
import static org.bytedeco.cuda.global.nvrtc.nvrtcGetCUBIN;
import static org.bytedeco.cuda.global.nvrtc.nvrtcGetCUBINSize;
import static org.bytedeco.cuda.global.nvrtc.nvrtcGetErrorString;
import static org.bytedeco.cuda.global.nvrtc.nvrtcGetProgramLog;
import static org.bytedeco.cuda.global.nvrtc.nvrtcGetProgramLogSize;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.render.pathtracer.KernelIdentity;
import java.util.List;
import java.util.SortedMap;
import org.bytedeco.cuda.nvrtc._nvrtcProgram;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.SizeTPointer;

/** Compiles the packed sources for one device by NVRTC, under the contract's arithmetic. */
final class RuntimeCompiler {
    private static final String MAIN = "path_tracer.cu";
    private static final List<String> EXACT =
            List.of("-std=c++17", "--fmad=false", "--prec-div=true", "--prec-sqrt=true", "--ftz=false");

    private RuntimeCompiler() {}

    /** Machine code for this device: PTX of a newer NVRTC might be refused by an older driver. */
    static byte[] compile(CudaDevice device) {
        SortedMap<String, String> sources = KernelIdentity.sources();
        List<String> headers =
                sources.keySet().stream().filter(name -> name.endsWith(".h")).toList();
        String[] texts = headers.stream().map(sources::get).toArray(String[]::new);
        _nvrtcProgram program = new _nvrtcProgram();
        try (BytePointer main = new BytePointer(sources.get(MAIN));
                BytePointer name = new BytePointer(MAIN);
                PointerPointer<BytePointer> headerTexts = new PointerPointer<>(texts);
                PointerPointer<BytePointer> headerNames = new PointerPointer<>(headers.toArray(String[]::new))) {
            check(nvrtcCreateProgram(program, main, name, texts.length, headerTexts, headerNames), "read the kernel");
            return compiled(program, "-arch=sm_" + device.major() + device.minor());
        } finally {
            nvrtcDestroyProgram(program);
        }
    }

    private static byte[] compiled(_nvrtcProgram program, String architecture) {
        String[] options = new String[EXACT.size() + 1];
        EXACT.toArray(options);
        options[EXACT.size()] = architecture;
        try (PointerPointer<BytePointer> pointers = new PointerPointer<>(options);
                SizeTPointer size = new SizeTPointer(1)) {
            int result = nvrtcCompileProgram(program, options.length, pointers);
            if (result != NVRTC_SUCCESS) {
                throw new FarmException(ErrorCode.UNAVAILABLE, "NVRTC cannot compile the kernel:\n" + log(program));
            }
            check(nvrtcGetCUBINSize(program, size), "measure the binary");
            byte[] binary = new byte[Math.toIntExact(size.get())];
            check(nvrtcGetCUBIN(program, binary), "hand the binary over");
            return binary;
        }
    }

    private static String log(_nvrtcProgram program) {
        try (SizeTPointer size = new SizeTPointer(1)) {
            check(nvrtcGetProgramLogSize(program, size), "measure its log");
            byte[] log = new byte[Math.toIntExact(size.get())];
            check(nvrtcGetProgramLog(program, log), "hand its log over");
            return new String(log, java.nio.charset.StandardCharsets.UTF_8);
        }
    }

    private static void check(int result, String what) {
        if (result != NVRTC_SUCCESS) {
            String name = nvrtcGetErrorString(result).getString();
            throw new FarmException(ErrorCode.UNAVAILABLE, "NVRTC could not " + what + ": " + name);
        }
    }
}

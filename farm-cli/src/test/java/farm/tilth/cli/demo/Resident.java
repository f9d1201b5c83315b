package farm.tilth.cli.demo;

import farm.tilth.cli.process.Supervisor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The memory of a process as Linux counts it.
 *
 * @param mebibytes now
 * @param peakMebibytes the most that it ever was
 */
record Resident(long mebibytes, long peakMebibytes) {
    /** Of a farm's processes, by their names. */
    static Map<String, Resident> of(Supervisor supervisor) throws IOException {
        Map<String, Resident> all = new TreeMap<>();
        for (String name : List.of("farm-api", "inference-1", "trusted-1")) {
            Optional<ProcessHandle> process = supervisor.process(name);
            if (process.isPresent()) {
                all.put(name, of(process.get().pid()));
            }
        }
        return all;
    }

    private static Resident of(long pid) throws IOException {
        List<String> status = Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"));
        return new Resident(mebibytes(status, "VmRSS:"), mebibytes(status, "VmHWM:"));
    }

    private static long mebibytes(List<String> status, String field) {
        return status.stream()
                .filter(line -> line.startsWith(field))
                .map(line -> line.replaceAll("\\D", ""))
                .mapToLong(kibibytes -> Long.parseLong(kibibytes) >> 10)
                .findFirst()
                .orElse(0);
    }

    @Override
    public String toString() {
        return mebibytes + " MiB (at most " + peakMebibytes + ")";
    }
}

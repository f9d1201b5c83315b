package farm.tilth.inference.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GpuProbeTest {
    @TempDir
    Path libraries;

    @Test
    void withoutTheProvidersLibraryThereIsNoDevice() {
        assertEquals(0, GpuProbe.devices(libraries.toString()));
        assertEquals(0, GpuProbe.devices(null));
    }

    @Test
    void driverIsAskedWithoutAnException() throws Exception {
        Files.createFile(libraries.resolve(System.mapLibraryName("onnxruntime_providers_cuda")));
        assertEquals(GpuProbe.driverDevices(), GpuProbe.devices(libraries.toString()));
    }

    @Test
    @Tag("gpu")
    void driverCountsTheDevices() {
        assertTrue(GpuProbe.driverDevices() > 0);
    }
}

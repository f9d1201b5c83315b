package farm.tilth.render.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import farm.tilth.render.pathtracer.ExternalKernel;
import farm.tilth.render.pathtracer.Selftest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class CudaPathTracerTest {
    @Test
    void aMachineWithoutAGpuIsToldPlainly() {
        assertEquals(CudaDevice.first().isEmpty(), CudaDevice.obstacle().isPresent());
        CudaDevice.obstacle().ifPresent(text -> assertTrue(text.contains("NVIDIA") || text.contains("CUDA"), text));
    }

    @Test
    @Tag("gpu")
    void theGpuGivesTheSamePictureAsTheProcessor() throws InterruptedException {
        CudaDevice device = device();
        assertEquals(ExternalKernel.expected(), ExternalKernel.digestOf(scene -> CudaPathTracer.open(device, scene)));
        assertEquals(Selftest.expected(), Selftest.run(1));
    }

    @Test
    @Tag("gpu")
    void theKernelCompilesAtRunTime() {
        assertTrue(RuntimeCompiler.compile(device()).length > 0);
    }

    private static CudaDevice device() {
        assumeTrue(CudaDevice.first().isPresent(), () -> CudaDevice.obstacle().orElse(""));
        return CudaDevice.first().orElseThrow();
    }
}

package farm.tilth.render;

import farm.tilth.render.pathtracer.PathTracer;
import farm.tilth.render.scene.Scene;

/** What scenes can be opened on: the processor, or one GPU. */
interface RenderDevice {
    /** The exact kernel: "pathtracer-" and the beginning of its source's digest. */
    String engine();

    /** For people: "cpu, 2 threads". */
    String description();

    /** Makes a scene ready; close it to free the device's memory. */
    PathTracer open(Scene scene);
}

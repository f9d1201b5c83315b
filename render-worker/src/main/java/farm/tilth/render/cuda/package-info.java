/** The kernel on an NVIDIA GPU, through the CUDA driver. Nothing outside of this package knows CUDA. */
package farm.tilth.render.cuda;

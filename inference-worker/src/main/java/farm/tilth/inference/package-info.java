/** The worker that runs ONNX models: its executor, and the benchmark that compares it with the bare runtime. */
package farm.tilth.inference;

/**
 * Models and the runtime that runs them: native libraries, devices, sessions, what is measured when a model is loaded.
 * ONNX Runtime is only used here and in {@code tensor}.
 */
package farm.tilth.inference.model;

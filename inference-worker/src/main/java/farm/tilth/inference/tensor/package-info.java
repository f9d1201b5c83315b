/** Tensors on their way between the wire and ONNX Runtime, and between calls and the batch that they share. */
package farm.tilth.inference.tensor;

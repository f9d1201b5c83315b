/** Texts in, embeddings out: tokens, batches that waste little padding, pooling in an order of our own. */
package farm.tilth.inference.batch;

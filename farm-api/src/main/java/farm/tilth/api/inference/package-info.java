/**
 * Online inference: the Open Inference Protocol and OpenAI's embeddings in front; behind them one queue per model, whose
 * calls go to workers in batches and are held, answered, audited and paid one by one.
 */
package farm.tilth.api.inference;

/** OpenAI's embeddings, models, files and batches, in front of online inference. */
package farm.tilth.api.openai;

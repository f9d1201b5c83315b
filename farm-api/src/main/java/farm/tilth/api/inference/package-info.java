/**
 * Online inference behind the protocols: models and where they are warm, one queue per model, whose calls go to workers
 * in batches and are held, answered, audited and paid one by one.
 */
package farm.tilth.api.inference;

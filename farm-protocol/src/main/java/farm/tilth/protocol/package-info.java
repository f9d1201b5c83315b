/** What every module shares: digests, and the one exception with its stable codes. */
package farm.tilth.protocol;

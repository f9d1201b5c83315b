/** The loop that both workers run: one thread for the link, one per device, and the blobs between them. */
package farm.tilth.protocol.worker;

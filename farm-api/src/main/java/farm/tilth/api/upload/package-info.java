/** Step one of the flow: bytes arrive in resumable chunks, are stored by content, and become scenes. */
package farm.tilth.api.upload;

/** The Open Inference Protocol v2, over REST and gRPC, in front of online inference. */
package farm.tilth.api.openinference;

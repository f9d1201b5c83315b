package farm.tilth.api.access;

import farm.tilth.protocol.Digest;
import java.util.UUID;

/** The request that a key is made for, so that it is made once. */
record KeyOrigin(UUID account, String idempotencyKey, Digest requestHash) {}

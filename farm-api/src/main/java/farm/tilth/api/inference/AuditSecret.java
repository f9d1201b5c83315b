package farm.tilth.api.inference;

import io.smallrye.mutiny.Uni;

/** Where the secret comes from with which challenges are drawn at present. */
interface AuditSecret {
    Uni<byte[]> current();
}

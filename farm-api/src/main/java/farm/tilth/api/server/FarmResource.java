package farm.tilth.api.server;

import farm.tilth.api.access.Public;
import farm.tilth.protocol.result.SigningKey;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.Base64;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** What anybody may know of the farm. */
@Path("/api/v1/farm")
@Public
public class FarmResource {
    private final SigningKey key;
    private final String version;

    FarmResource(SigningKey key, @ConfigProperty(name = "quarkus.application.version") String version) {
        this.key = key;
        this.version = version;
    }

    /** The farm, as it presents itself. */
    public record FarmInfo(String name, String version, String farmKey) {}

    /** The farm's version and public key. */
    @GET
    public FarmInfo farm() {
        return new FarmInfo("Tilth", version, Base64.getEncoder().encodeToString(key.publicKey()));
    }
}

package farm.tilth.api.server;

import farm.tilth.api.access.Public;
import farm.tilth.protocol.result.SigningKey;
import io.quarkus.arc.All;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** What anybody may know of the farm. */
@Path("/api/v1/farm")
@Public
public class FarmResource {
    private final SigningKey key;
    private final List<FarmFact> facts;
    private final String version;

    FarmResource(
            SigningKey key,
            @All List<FarmFact> facts,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        this.key = key;
        this.facts = facts;
        this.version = version;
    }

    /** The farm's version, public key, prices and limits. */
    @GET
    public Uni<Map<String, Object>> farm() {
        Map<String, Object> farm = new TreeMap<>();
        farm.put("name", "Tilth");
        farm.put("version", version);
        farm.put("farmKey", Base64.getEncoder().encodeToString(key.publicKey()));
        return Multi.createFrom()
                .iterable(facts)
                .onItem()
                .call(fact -> fact.value().invoke(value -> farm.put(fact.name(), value)))
                .collect()
                .last()
                .replaceWith(farm);
    }
}

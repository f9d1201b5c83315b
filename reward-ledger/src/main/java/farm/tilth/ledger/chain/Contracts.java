package farm.tilth.ledger.chain;

import com.fasterxml.jackson.databind.JsonNode;
import farm.tilth.ledger.epoch.PayoutAddress;
import farm.tilth.protocol.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Where the farm's contracts are on its chain.
 *
 * @param burnMint where credit is bought by burning, and pay is minted, if the farm is in that mode
 */
public record Contracts(
        long chainId,
        PayoutAddress timelock,
        PayoutAddress token,
        PayoutAddress distributor,
        PayoutAddress escrow,
        PayoutAddress stakes,
        Optional<PayoutAddress> burnMint) {

    /** Every contract whose events the farm follows. */
    List<PayoutAddress> followed() {
        List<PayoutAddress> followed = new ArrayList<>(List.of(token, distributor, escrow, stakes));
        burnMint.ifPresent(followed::add);
        return followed;
    }

    Contracts with(PayoutAddress place) {
        return new Contracts(chainId, timelock, token, distributor, escrow, stakes, Optional.of(place));
    }

    /** A contract's code followed by its constructor's arguments. */
    static byte[] code(String contract, Object... arguments) {
        try (InputStream file = Contracts.class.getResourceAsStream(contract + ".json")) {
            JsonNode compiled = Json.MAPPER.readTree(file);
            String bytecode = compiled.get("bytecode").asText().substring(2);
            return HexFormat.of().parseHex(bytecode + HexFormat.of().formatHex(AbiCall.arguments(arguments)));
        } catch (IOException e) {
            throw new UncheckedIOException("the contract " + contract + " is not in this build", e);
        }
    }
}

package farm.tilth.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import farm.tilth.cli.client.Farm;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Claims an owner's earnings on the farm's chain. */
@Command(
        name = "claim",
        description = "Have the farm bring the claim for what was earned to its chain, at the farm's cost.",
        mixinStandardHelpOptions = true)
final class ClaimCommand extends FarmCommand {
    @Option(
            names = "--to",
            paramLabel = "ADDRESS",
            description = "Where the account is paid: 0x and 40 hexadecimal digits; said once.")
    private String address;

    ClaimCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    int run(Farm farm, Console console) throws InterruptedException {
        if (address != null) {
            farm.client().post("/api/v1/payout-address", Map.of("address", address));
        }
        JsonNode claim = farm.client().post("/api/v1/claims", Map.of());
        String state = claim.path("state").asText();
        console.say(
                state.equals("NOTHING_TO_CLAIM")
                        ? "there is nothing to claim at present"
                        : "the claim is on its way (" + state + "); ./tilth earnings shows when it has arrived");
        EarningsCommand.say(claim.path("earnings"), console);
        console.document(claim);
        return 0;
    }
}

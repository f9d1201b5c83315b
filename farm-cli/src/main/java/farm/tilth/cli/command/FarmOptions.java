package farm.tilth.cli.command;

import farm.tilth.cli.client.FarmAddress;
import farm.tilth.cli.process.FarmFile;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which farm a command talks to, and as whom. */
final class FarmOptions {
    @Option(
            names = "--farm",
            paramLabel = "URL",
            description = "The farm's address (default: TILTH_URL, else the farm that runs on this machine).")
    private String url;

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = "The API key (default: TILTH_KEY, else that farm's first).")
    private String key;

    FarmAddress address(Surroundings surroundings) {
        Optional<FarmFile> local = FarmFile.read(surroundings.installation().defaultData());
        Optional<String> givenUrl = Optional.ofNullable(url).or(() -> surroundings.variable("TILTH_URL"));
        Optional<String> givenKey = Optional.ofNullable(key).or(() -> surroundings.variable("TILTH_KEY"));
        String farm = givenUrl.or(() -> local.map(FarmFile::url)).orElseThrow(FarmOptions::noFarm);
        String account = givenKey.or(
                        () -> local.filter(file -> file.url().equals(farm)).map(FarmFile::key))
                .orElseThrow(FarmOptions::noKey);
        return FarmAddress.of(farm, account);
    }

    private static FarmException noFarm() {
        return new FarmException(
                ErrorCode.INVALID_REQUEST,
                "which farm? Give --farm URL --key KEY or set TILTH_URL and TILTH_KEY; ./tilth up starts one here");
    }

    private static FarmException noKey() {
        return new FarmException(
                ErrorCode.UNAUTHENTICATED, "whose key? Give --key KEY or set TILTH_KEY; an operator makes one");
    }
}

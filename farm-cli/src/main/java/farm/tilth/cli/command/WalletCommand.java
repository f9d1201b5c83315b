package farm.tilth.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import farm.tilth.cli.client.Farm;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what one's own wallet has to send or sign on the farm's chain: the farm never has its key. */
@Command(
        name = "wallet",
        description =
                "Say what your own wallet has to send or sign to stake or to deposit; the farm never has its key.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true)
final class WalletCommand {
    /** The commands that are below this one. */
    static Object[] subcommands(Surroundings surroundings) {
        return new Object[] {
            new Show(surroundings),
            new Stake(surroundings),
            new Unbond(surroundings),
            new Withdraw(surroundings),
            new Deposit(surroundings),
            new Buy(surroundings),
            new Cap(surroundings),
            new Charge(surroundings)
        };
    }

    private static void sayCalls(JsonNode calls, Console console) {
        for (JsonNode call : calls) {
            console.say(call.path("meaning").asText());
            console.say("  to    " + call.path("to").asText());
            console.say("  data  " + call.path("data").asText());
        }
        console.document(calls);
    }

    /** {@code wallet show}. */
    @Command(
            name = "show",
            description = "What the account's payout address has at risk, and what faults have cost it.",
            mixinStandardHelpOptions = true)
    static final class Show extends FarmCommand {
        Show(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        int run(Farm farm, Console console) throws InterruptedException {
            JsonNode address = farm.client().get("/api/v1/earnings").path("address");
            if (!address.isTextual()) {
                throw new FarmException(
                        ErrorCode.CONFLICT, "the account has no payout address yet: ./tilth claim --to ADDRESS");
            }
            JsonNode stake = farm.client().get("/api/v1/chain/stakes/" + address.asText());
            console.say("bonded     " + Console.tokens(stake.path("bonded").asLong()) + " T");
            console.say("unbonding  " + Console.tokens(stake.path("unbonding").asLong()) + " T");
            for (JsonNode penalty : farm.client().get("/api/v1/penalties")) {
                if (penalty.path("owner").equals(address)) {
                    console.say("slashed    %s T for %s (%s)"
                            .formatted(
                                    Console.tokens(penalty.path("amount").asLong()),
                                    penalty.path("fault").asText(),
                                    penalty.path("state").asText()));
                }
            }
            console.document(stake);
            return 0;
        }
    }

    /** A command that takes an amount and says what to send for it. */
    private abstract static class AmountCommand extends FarmCommand {
        private final String call;

        @Parameters(paramLabel = "T", converter = TokenAmount.class, description = "How many tokens.")
        private long amount;

        AmountCommand(Surroundings surroundings, String call) {
            super(surroundings);
            this.call = call;
        }

        /** What is asked of the farm. */
        Map<String, Object> request() {
            return Map.of("amount", amount);
        }

        long amount() {
            return amount;
        }

        @Override
        int run(Farm farm, Console console) throws InterruptedException {
            sayCalls(farm.client().post("/api/v1/chain/calls/" + call, request()), console);
            return 0;
        }
    }

    /** {@code wallet stake}. */
    @Command(
            name = "stake",
            description = "What to send to put tokens at risk for your workers.",
            mixinStandardHelpOptions = true)
    static final class Stake extends AmountCommand {
        Stake(Surroundings surroundings) {
            super(surroundings, "stake");
        }
    }

    /** {@code wallet unbond}. */
    @Command(
            name = "unbond",
            description = "What to send to begin to take a stake back; it can be slashed until its time is over.",
            mixinStandardHelpOptions = true)
    static final class Unbond extends AmountCommand {
        Unbond(Surroundings surroundings) {
            super(surroundings, "unbond");
        }
    }

    /** {@code wallet withdraw}. */
    @Command(
            name = "withdraw",
            description = "What to send to take back what has unbonded.",
            mixinStandardHelpOptions = true)
    static final class Withdraw extends FarmCommand {
        @Parameters(paramLabel = "ADDRESS", description = "Where it goes.")
        private String address;

        Withdraw(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        int run(Farm farm, Console console) throws InterruptedException {
            sayCalls(farm.client().post("/api/v1/chain/calls/withdraw", Map.of("address", address)), console);
            return 0;
        }
    }

    /** {@code wallet deposit}. */
    @Command(
            name = "deposit",
            description = "What to send to deposit tokens for the account; charges of it become credit.",
            mixinStandardHelpOptions = true)
    static final class Deposit extends AmountCommand {
        Deposit(Surroundings surroundings) {
            super(surroundings, "deposit");
        }
    }

    /** {@code wallet buy}. */
    @Command(
            name = "buy",
            description = "What to send to burn tokens for credit, on a farm in the mode of burn and mint.",
            mixinStandardHelpOptions = true)
    static final class Buy extends AmountCommand {
        @Option(
                names = "--at-least",
                paramLabel = "CREDIT",
                converter = TokenAmount.class,
                description = "The least credit to take for them (default: whatever the price gives).")
        private long wanted;

        Buy(Surroundings surroundings) {
            super(surroundings, "buy");
        }

        @Override
        Map<String, Object> request() {
            return Map.of("amount", amount(), "wanted", wanted);
        }
    }

    /** {@code wallet cap}. */
    @Command(
            name = "cap",
            description = "The statement (EIP-712) by which a payer allows charges of its deposit up to a cap.",
            mixinStandardHelpOptions = true)
    static final class Cap extends FarmCommand {
        @Parameters(index = "0", paramLabel = "PAYER", description = "The wallet's address.")
        private String payer;

        @Parameters(
                index = "1",
                paramLabel = "T",
                converter = TokenAmount.class,
                description = "The most that may ever be charged.")
        private long cap;

        @Option(
                names = "--deadline",
                required = true,
                paramLabel = "SECONDS",
                description = "Until when, in seconds since 1970.")
        private long deadline;

        Cap(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        int run(Farm farm, Console console) throws InterruptedException {
            JsonNode statement =
                    farm.client().post("/api/v1/chain/caps", Map.of("payer", payer, "cap", cap, "deadline", deadline));
            console.say(statement.toString());
            console.document(statement);
            return 0;
        }
    }

    /** {@code wallet charge}. */
    @Command(
            name = "charge",
            description = "Have the farm charge a deposit up to a signed cap, as credit for the account.",
            mixinStandardHelpOptions = true)
    static final class Charge extends FarmCommand {
        @Parameters(
                paramLabel = "FILE",
                description = "JSON: payer, cap in millionths of a T, deadline, and the wallet's signature.")
        private Path file;

        Charge(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        int run(Farm farm, Console console) throws InterruptedException {
            try {
                JsonNode sent = farm.client().post("/api/v1/charges", Json.MAPPER.readTree(Files.readString(file)));
                console.say("the charge is on its way (" + sent.path("state").asText()
                        + "); the credit follows when it is final");
                console.document(sent);
                return 0;
            } catch (IOException e) {
                throw new FarmException(ErrorCode.INVALID_REQUEST, file + " is no JSON file that can be read: " + e, e);
            }
        }
    }
}

package farm.tilth.api.pay;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** Where payouts are settled, under {@code tilth.chain}. Without a URL they are closed and signed, and that is all. */
@ConfigMapping(prefix = "tilth.chain")
public interface ChainConfig {
    /** The JSON-RPC address of a node. */
    Optional<URI> url();

    /** The chain that the node must be of. */
    @WithDefault("31337")
    long id();

    /** Whether the chain is one on this machine, where this program makes the blocks and the gas. */
    @WithDefault("false")
    boolean local();

    /** What opens the operator's key; without it, one is made and kept beside the key. */
    Optional<String> passphrase();

    /** A signer outside that has the operator's key: JSON-RPC, eth_signTransaction and eth_signTypedData_v4. */
    Optional<URI> signer();

    /** The address that the signer outside signs by. */
    Optional<String> sender();

    /** Whether customers burn tokens for credit, and workers share an emission that follows the calendar. */
    @WithDefault("false")
    boolean burnAndMint();

    /** In that mode: after how much time is minted. */
    @WithDefault("24H")
    Duration mintPeriod();

    /** After how many periods the emission halves. */
    @WithDefault("730")
    int mintHalving();

    /** What the first period emits, in the smallest unit. */
    @WithDefault("1000000000")
    long mintEmission();

    /** What a whole token costs, in millionths of the currency in which credit is counted. */
    @WithDefault("1000000")
    long tokenPrice();

    /** For how long a price is good. */
    @WithDefault("48H")
    Duration priceValid();

    /** How often settlement goes on. */
    @WithDefault("1S")
    Duration poll();

    /** The longest that a node may take to answer. */
    @WithDefault("10S")
    Duration timeout();

    /** Blocks after which something is final. */
    @WithDefault("12")
    int confirmations();

    /** Blocks after which a transaction that waits is replaced by a dearer one. */
    @WithDefault("5")
    int bumpAfterBlocks();

    /** The most that a unit of gas may cost, in gwei. */
    @WithDefault("200")
    int maxFeeGwei();
}

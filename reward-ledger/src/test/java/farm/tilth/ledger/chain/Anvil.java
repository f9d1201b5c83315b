package farm.tilth.ledger.chain;

import farm.tilth.ledger.epoch.PayoutAddress;
import farm.tilth.protocol.FarmException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real chain on this machine, from npm's anvil, which makes a block when it is told to. */
final class Anvil implements AutoCloseable {
    static final long CHAIN = 31_337;
    private static final int ATTEMPTS = 300;

    private final Process process;
    private final HttpChainNode node;

    private Anvil(Process process, HttpChainNode node) {
        this.process = process;
        this.node = node;
    }

    static Anvil start() throws IOException, InterruptedException {
        int port;
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = probe.getLocalPort();
        }
        Process process = new ProcessBuilder(
                        Path.of("node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil")
                                .toString(),
                        "--host",
                        "127.0.0.1",
                        "--port",
                        String.valueOf(port),
                        "--no-mining",
                        "--chain-id",
                        String.valueOf(CHAIN))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        HttpChainNode node = new HttpChainNode(URI.create("http://127.0.0.1:" + port), Duration.ofSeconds(20));
        Anvil anvil = new Anvil(process, node);
        anvil.await();
        return anvil;
    }

    private void await() throws InterruptedException {
        for (int i = 0; i < ATTEMPTS; i++) {
            try {
                node.chainId();
                return;
            } catch (FarmException e) {
                if (process.waitFor(100, TimeUnit.MILLISECONDS)) {
                    break;
                }
            }
        }
        close();
        throw new IllegalStateException("anvil did not start");
    }

    HttpChainNode node() {
        return node;
    }

    void mine(int blocks) {
        for (int i = 0; i < blocks; i++) {
            node.control("evm_mine");
        }
    }

    void letTimePass(long seconds) {
        node.control("evm_increaseTime", seconds);
        mine(1);
    }

    /** Gives an account something to pay gas with. */
    void fuel(PayoutAddress account) {
        node.control("anvil_setBalance", account.hex(), "0x3635c9adc5dea00000");
    }

    /** Replaces the last blocks by others without their transactions. */
    void reorganise(int depth) {
        node.control("anvil_reorg", depth, List.of());
    }

    /** Makes gas dearer from the next block on. */
    void setBaseFee(long wei) {
        node.control("anvil_setNextBlockBaseFeePerGas", "0x" + Long.toHexString(wei));
    }

    @Override
    public void close() {
        node.close();
        process.destroyForcibly();
    }
}

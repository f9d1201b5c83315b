package farm.tilth.api.pay;

import farm.tilth.api.lease.Repeating;
import farm.tilth.ledger.chain.BurnAndMint;
import farm.tilth.ledger.chain.ChainMirror;
import farm.tilth.ledger.chain.ChainPostings;
import farm.tilth.ledger.chain.Contracts;
import farm.tilth.ledger.chain.Deployment;
import farm.tilth.ledger.chain.HttpChainNode;
import farm.tilth.ledger.chain.Outbox;
import farm.tilth.ledger.chain.OutboxLimits;
import farm.tilth.ledger.chain.PostgresMirror;
import farm.tilth.ledger.chain.PostgresOutbox;
import farm.tilth.ledger.chain.Settlement;
import farm.tilth.ledger.chain.TransactionSigner;
import farm.tilth.ledger.epoch.PayoutAddress;
import farm.tilth.ledger.ledger.Ledger;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import io.agroal.api.AgroalDataSource;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Keeps the chain up with the ledger: closes epochs, and where there is a chain, deploys, funds, publishes, brings
 * claims and mirrors. One replica at a time does it; what it has done lies in the database.
 */
@ApplicationScoped
class ChainSettlement {
    private static final Logger LOG = Logger.getLogger(ChainSettlement.class);
    private static final long GWEI = 1_000_000_000L;
    private static final String GAS_FOR_LOCAL_USE = "0x3635c9adc5dea00000";

    private final AgroalDataSource dataSource;
    private final Ledger ledger;
    private final PayoutEpochs epochs;
    private final PostgresPayees payees;
    private final OperatorKey key;
    private final ChainConfig config;
    private final Penalties penalties;
    private Repeating repeating;
    private Optional<HttpChainNode> node = Optional.empty();
    private volatile Outbox outbox;
    private volatile Contracts contracts;
    private volatile ChainMirror mirror;
    private volatile ChainPostings postings;
    private volatile Mirror mirrored = new Mirror(-1, 0, List.of());
    private volatile String problem = "";

    ChainSettlement(
            AgroalDataSource dataSource,
            Ledger ledger,
            PayoutEpochs epochs,
            PostgresPayees payees,
            OperatorKey key,
            ChainConfig config,
            Penalties penalties) {
        this.penalties = penalties;
        this.dataSource = dataSource;
        this.ledger = ledger;
        this.epochs = epochs;
        this.payees = payees;
        this.key = key;
        this.config = config;
    }

    void start(@Observes StartupEvent event) {
        node = config.url().map(this::connect);
        repeating = Repeating.start("settlement", config.poll(), () -> {
            payees.alone(this::step);
            return false;
        });
    }

    private HttpChainNode connect(URI url) {
        return new HttpChainNode(url, config.timeout());
    }

    void stop(@Observes ShutdownEvent event) {
        repeating.close();
        node.ifPresent(HttpChainNode::close);
    }

    private void step() {
        try {
            epochs.closeIfDue();
            if (node.isPresent()) {
                stepOnChain(node.get());
            }
            problem = "";
        } catch (FarmException e) {
            if (!e.getMessage().equals(problem)) {
                LOG.warnf("settlement waits: %s", e.getMessage());
            }
            problem = e.getMessage();
        }
    }

    /** Seconds are time enough to dispute only where nobody else is. */
    private Deployment.Terms terms(PayoutAddress operator) {
        return config.local() ? Deployment.Terms.local(operator) : Deployment.Terms.lasting(operator);
    }

    private void stepOnChain(HttpChainNode chain) {
        if (outbox == null) {
            outbox = open(chain);
        }
        if (config.local()) {
            chain.control("evm_mine");
        }
        outbox.step();
        if (contracts == null) {
            Optional<Contracts> deployed = deploy(chain);
            if (deployed.isEmpty()) {
                return;
            }
            PostgresMirror events = new PostgresMirror(dataSource);
            mirror = new ChainMirror(chain, deployed.get(), events, limits().confirmations());
            postings = new ChainPostings(events, deployed.get(), ledger);
            contracts = deployed.get();
            LOG.infof("settling on chain %d, payouts by %s", config.id(), contracts.distributor());
        }
        if (config.burnAndMint()) {
            mint(chain);
        }
        settlement().orElseThrow().step();
        boolean more = mirror.step();
        postings.step(payees::workersOf);
        penalties.step(settlement().orElseThrow());
        if (!more) {
            reportDifferences();
        }
    }

    private Optional<Contracts> deploy(HttpChainNode chain) {
        Optional<Contracts> deployed = new Deployment(outbox, terms(outbox.sender())).step(config.id());
        return config.burnAndMint() ? deployed.flatMap(burnAndMint(chain)::deploy) : deployed;
    }

    private BurnAndMint burnAndMint(HttpChainNode chain) {
        return new BurnAndMint(
                chain,
                outbox,
                terms(outbox.sender()),
                new BurnAndMint.Terms(
                        config.mintPeriod().toSeconds(),
                        config.mintHalving(),
                        config.priceValid().toSeconds(),
                        config.mintEmission(),
                        config.tokenPrice()));
    }

    /** Mints what is due; only what is final is shared out. */
    private void mint(HttpChainNode chain) {
        BurnAndMint mode = burnAndMint(chain);
        mode.step(contracts, config.tokenPrice());
        long last = chain.head().number() - limits().confirmations() + 1;
        epochs.emitted(mode.emitted(contracts, last));
    }

    /**
     * The mirror against the chain, when it was compared last.
     *
     * @param block at whose end the balances are; -1 before the first
     * @param holders how many balances were equal or not
     */
    record Mirror(long block, int holders, List<ChainMirror.Discrepancy> differences) {}

    Mirror mirrored() {
        return mirrored;
    }

    private void reportDifferences() {
        long block = mirror.block().orElse(-1L);
        List<ChainMirror.Discrepancy> different = mirror.compare();
        mirrored = new Mirror(block, mirror.holders(), different);
        if (!different.isEmpty()) {
            throw new FarmException(ErrorCode.CONFLICT, "the chain's balances are not the mirror's: " + different);
        }
    }

    private Outbox open(HttpChainNode chain) {
        TransactionSigner signer = key.signer();
        if (config.local()) {
            chain.control("anvil_setBalance", signer.address().hex(), GAS_FOR_LOCAL_USE);
        }
        return new Outbox(chain, new PostgresOutbox(dataSource), signer, limits(), config.id());
    }

    private OutboxLimits limits() {
        return config.local()
                ? OutboxLimits.local()
                : new OutboxLimits(
                        config.confirmations(), config.bumpAfterBlocks(), config.maxFeeGwei() * GWEI, GWEI, 16, 12);
    }

    /** The chain's contracts; empty without a chain, or while they are being deployed. */
    Optional<Contracts> contracts() {
        return Optional.ofNullable(contracts);
    }

    /** Settlement on the chain, when there is one. */
    Optional<Settlement> settlement() {
        return contracts().map(deployed -> new Settlement(epochs.book(), outbox, node.orElseThrow(), deployed));
    }

    /** Why settlement waits; empty while it goes on. */
    Optional<String> problem() {
        return Optional.of(problem).filter(text -> !text.isEmpty());
    }

    /** Does what can be done at once. */
    void wake() {
        repeating.wake();
    }
}

package farm.tilth.ledger.chain;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import farm.tilth.ledger.epoch.ClosedEpoch;
import farm.tilth.ledger.epoch.EpochBook;
import farm.tilth.ledger.epoch.KeccakHash;
import farm.tilth.ledger.epoch.Payout;
import farm.tilth.ledger.epoch.PayoutAddress;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;

/** The book of epochs on PostgreSQL, schema {@code chain}. Blocks; thread-safe. */
public final class PostgresEpochBook implements EpochBook {
    private static final String PAGES =
            "SELECT number, root, total, without_address, payouts, signature, earned FROM chain.epoch ";

    private static final String ADD = """
            INSERT INTO chain.epoch (number, root, total, without_address, payouts, signature, earned)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (number) DO NOTHING
            """;

    private static final String NAME = """
            INSERT INTO chain.payout_address (account, address) VALUES (?, ?) ON CONFLICT (account) DO NOTHING
            """;

    private final DataSource dataSource;

    public PostgresEpochBook(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    @Override
    public Optional<Page> last() {
        return newest(1).stream().findFirst();
    }

    @Override
    public Optional<Page> find(long epoch) {
        return pages("WHERE number = ?", epoch).stream().findFirst();
    }

    @Override
    public List<Page> newest(int limit) {
        return pages("ORDER BY number DESC LIMIT ?", limit);
    }

    @Override
    public void add(Page page) {
        ClosedEpoch epoch = page.epoch();
        PostgresStatements.update(
                dataSource,
                ADD,
                epoch.epoch(),
                epoch.payoutRoot().hex(),
                epoch.total(),
                epoch.withoutAddress(),
                Json.write(epoch.payouts()),
                page.signature(),
                page.earned().equals(epoch.payouts()) ? null : Json.write(page.earned()));
        if (!find(epoch.epoch()).orElseThrow().epoch().payoutRoot().equals(epoch.payoutRoot())) {
            throw new FarmException(ErrorCode.CONFLICT, "epoch " + epoch.epoch() + " was closed with another root");
        }
    }

    @Override
    public Optional<PayoutAddress> address(UUID account) {
        return PostgresStatements.query(
                        dataSource,
                        "SELECT address FROM chain.payout_address WHERE account = ?",
                        row -> new PayoutAddress(row.getString("address")),
                        account)
                .stream()
                .findFirst();
    }

    @Override
    public void name(UUID account, PayoutAddress address) {
        PostgresStatements.update(dataSource, NAME, account, address.hex());
        PayoutAddress named = address(account).orElseThrow();
        if (!named.equals(address)) {
            throw new FarmException(
                    ErrorCode.CONFLICT,
                    "this account is paid at " + named + "; have that address name another payee on chain (setPayTo)");
        }
    }

    private List<Page> pages(String which, Object parameter) {
        return PostgresStatements.query(dataSource, PAGES + which, PostgresEpochBook::page, parameter);
    }

    private static Page page(ResultSet row) throws SQLException {
        try {
            List<Payout> payouts = Json.MAPPER.readValue(row.getString("payouts"), new TypeReference<>() {});
            String earned = row.getString("earned");
            return new Page(
                    new ClosedEpoch(
                            row.getLong("number"),
                            new KeccakHash(row.getString("root")),
                            row.getLong("total"),
                            row.getLong("without_address"),
                            payouts),
                    row.getString("signature"),
                    earned == null ? payouts : Json.MAPPER.readValue(earned, new TypeReference<>() {}));
        } catch (JsonProcessingException e) {
            throw new SQLException("an epoch's payouts are not readable", e);
        }
    }
}

package farm.tilth.api.pay;

import farm.tilth.api.access.Needs;
import farm.tilth.api.access.Requests;
import farm.tilth.api.access.Role;
import farm.tilth.ledger.chain.Settlement;
import farm.tilth.ledger.chain.SpendingCap;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;

/** Turns deposits on chain into credit: the payer signs how much may be taken, and is credited when it was taken. */
@Path("/api/v1/charges")
@Needs(Role.CUSTOMER)
@RunOnVirtualThread
public class ChargeResource {
    private final ChainSettlement chain;

    ChargeResource(ChainSettlement chain) {
        this.chain = chain;
    }

    /** A charge on its way; the credit goes to the account that the payer named with its deposit. */
    public record ChargeView(String id, String state) {}

    /** Charges a deposit up to the cap. The same cap again changes nothing. */
    @POST
    public ChargeView charge(SpendingCap cap) {
        Settlement settlement = chain.settlement()
                .orElseThrow(() -> new FarmException(
                        ErrorCode.CONFLICT, "this farm settles on no chain at present; its operator gives credit"));
        var entry = settlement.charge(Requests.present(cap));
        chain.wake();
        return new ChargeView(entry.intent().id(), entry.state().name());
    }
}

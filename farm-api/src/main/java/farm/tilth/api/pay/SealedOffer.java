package farm.tilth.api.pay;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.result.SigningKey;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.UUID;

/** An offer as a text that its customer brings back: the offer for one account, and the farm's signature over it. */
final class SealedOffer {
    private static final int MAX_LENGTH = 2000;

    private SealedOffer() {}

    private record Content(String domain, UUID account, Tariff.Offer offer) {
        static final String DOMAIN = "tilth-quote-v1";
    }

    static String seal(UUID account, Tariff.Offer offer, SigningKey key) {
        byte[] content = Json.write(new Content(Content.DOMAIN, account, offer)).getBytes(StandardCharsets.UTF_8);
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        return base64.encodeToString(content) + "." + base64.encodeToString(key.sign(content));
    }

    static Tariff.Offer open(UUID account, String text, SigningKey key) {
        int dot = text.indexOf('.');
        if (dot < 0 || text.length() > MAX_LENGTH) {
            throw unknown();
        }
        try {
            byte[] content = Base64.getUrlDecoder().decode(text.substring(0, dot));
            byte[] signature = Base64.getUrlDecoder().decode(text.substring(dot + 1));
            if (!SigningKey.verify(key.publicKey(), content, signature)) {
                throw unknown();
            }
            Content read = Json.read(new String(content, StandardCharsets.UTF_8), Content.class);
            if (!read.domain().equals(Content.DOMAIN) || !read.account().equals(account)) {
                throw unknown();
            }
            return read.offer();
        } catch (IllegalArgumentException e) {
            throw unknown();
        }
    }

    private static FarmException unknown() {
        return new FarmException(
                ErrorCode.INVALID_REQUEST,
                "Tilth-Quote: this is not a quote that the farm gave to this account; ask for one at /api/v1/quotes");
    }
}

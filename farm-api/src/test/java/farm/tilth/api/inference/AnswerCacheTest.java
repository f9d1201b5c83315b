package farm.tilth.api.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.wire.InferenceAnswer;
import farm.tilth.protocol.wire.InferenceCall;
import farm.tilth.protocol.wire.TextInput;
import farm.tilth.protocol.wire.TextList;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AnswerCacheTest {
    private static final UUID MINE = new UUID(0, 1);

    private final AnswerCache cache =
            new AnswerCache(Configs.of(InferenceConfig.class, "tilth.inference.cache-bytes", "10000"));

    @Test
    void cacheIsOffUnlessItIsGivenMemory() {
        assertFalse(new AnswerCache(Configs.of(InferenceConfig.class)).isOn());
        assertTrue(cache.isOn());
    }

    @Test
    void keyIsTheWholeInputAndNotTheCallsId() {
        Digest key = AnswerCache.key(MINE, FakeModel.EMBEDDER, call("a"));
        assertEquals(key, AnswerCache.key(MINE, FakeModel.EMBEDDER, call("a").setCallId("other")));
        assertNotEquals(key, AnswerCache.key(MINE, FakeModel.EMBEDDER, call("b")));
        assertNotEquals(key, AnswerCache.key(new UUID(0, 2), FakeModel.EMBEDDER, call("a")));
        assertNotEquals(key, AnswerCache.key(MINE, FakeModel.DOUBLER, call("a")));
    }

    @Test
    void whatWasQuietForLongestGoesFirst() {
        for (int i = 0; i < 4; i++) {
            cache.keep(Digest.ofText("k" + i), answer(3000));
            cache.find(Digest.ofText("k0"));
        }
        assertTrue(cache.find(Digest.ofText("k0")).isPresent());
        assertTrue(cache.find(Digest.ofText("k1")).isEmpty());
        assertTrue(cache.find(Digest.ofText("k3")).isPresent());
        cache.keep(Digest.ofText("huge"), answer(20_000));
        assertTrue(cache.find(Digest.ofText("huge")).isEmpty());
        assertTrue(cache.find(Digest.ofText("k0")).isPresent());
    }

    private static InferenceCall.Builder call(String text) {
        return InferenceCall.newBuilder()
                .setTexts(TextList.newBuilder().addTexts(TextInput.newBuilder().setText(text)));
    }

    private static InferenceAnswer answer(int bytes) {
        return InferenceAnswer.newBuilder()
                .setCommitmentRoot(ByteString.copyFrom(new byte[bytes]))
                .build();
    }
}

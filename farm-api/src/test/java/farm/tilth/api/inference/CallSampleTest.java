package farm.tilth.api.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.wire.InferenceAnswer;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CallSampleTest {
    private static final List<AnsweredCall> CALLS =
            Calls.answered(Calls.texts("a", "b c"), Calls.texts("d"), Calls.texts("e", "f"));

    @Test
    void everyRowCanBeDrawnAndIsRecomputedAlone() {
        Set<String> drawn = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            CallSample sample = CallSample.draw(new byte[] {(byte) i, 7}, CALLS);
            assertEquals(1, sample.call().getTexts().getTextsCount());
            assertTrue(sample.matches(FakeModel.answer(sample.call())));
            drawn.add(sample.call().getTexts().getTexts(0).getText());
        }
        assertEquals(Set.of("a", "b c", "d", "e", "f"), drawn);
    }

    @Test
    void sameSecretAndAnswersDrawTheSameRow() {
        assertEquals(CallSample.draw(new byte[] {1}, CALLS), CallSample.draw(new byte[] {1}, CALLS));
    }

    @Test
    void anotherRowDoesNotMatch() {
        CallSample sample = CallSample.draw(new byte[] {1}, CALLS);
        assertFalse(
                sample.matches(FakeModel.answer(Calls.texts("something else").wire())));
        assertFalse(sample.matches(InferenceAnswer.getDefaultInstance()));
    }

    @Test
    void tensorsAreCutToTheRow() {
        OnlineCall call = Calls.rows(5);
        CallSample sample = CallSample.draw(new byte[] {3}, Calls.answered(call));
        assertEquals(1, sample.call().getTensors().getTensors(0).getShape(0));
        assertEquals(8, sample.call().getTensors().getTensors(0).getContent().size());
        assertTrue(sample.matches(FakeModel.answer(sample.call())));
    }

    @Test
    void callsOfAModelWhoseRowsDependOnTheirBatchAreRecomputedWhole() {
        OnlineCall call = Calls.rows(5);
        ModelDescription model = call.model();
        ModelDescription dependent = model.calibrated(ModelDescription.Calibration.DEPENDENT);
        OnlineCall same = new OnlineCall(
                Calls.caller(call.account()),
                dependent,
                call.wire().toBuilder(),
                new CallTerms(Optional.of(Duration.ofMinutes(1)), 5));
        CallSample sample = CallSample.draw(new byte[] {3}, Calls.answered(same));
        assertEquals(same.wire(), sample.call());
        assertTrue(sample.matches(FakeModel.answer(sample.call())));
    }
}

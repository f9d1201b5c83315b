package farm.tilth.render.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PtxLintTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "add.rn.f32 %f1, %f2, %f3",
                "@%p1 fma.rn.f32 %f1, %f2, %f3, %f4",
                "max.f32 %f1, %f2, 0f00000000",
                "cvt.rzi.s32.f32 %r1, %f1",
                "setp.leu.f32 %p1, %f1, %f2",
                "add.s32 %r1, %r2, 1"
            })
    void acceptsWhatIsExact(String instruction) {
        assertEquals(0, findings(instruction));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "add.f32 %f1, %f2, %f3",
                "mul.ftz.f32 %f1, %f2, %f3",
                "add.rn.ftz.f32 %f1, %f2, %f3",
                "div.approx.f32 %f1, %f2, %f3",
                "div.full.f32 %f1, %f2, %f3",
                "sqrt.approx.f32 %f1, %f2",
                "ex2.approx.f32 %f1, %f2",
                "mad.f32 %f1, %f2, %f3, %f4",
                "min.f32 %f1, %f2, %f3",
                "@!%p3 sin.approx.f32 %f1, %f2"
            })
    void findsWhatIsNot(String instruction) {
        assertEquals(1, findings(instruction));
    }

    private static int findings(String instruction) {
        return PtxLint.findings(PtxProgram.parse(".visible .entry f()\n{\n" + instruction + ";\nret;\n}"))
                .size();
    }
}

package farm.tilth.verifier.comparison;

import farm.tilth.protocol.result.ResultFile;
import java.util.Arrays;

/** The rule by which a claimed block is held against the recomputed one. Pure: equal blocks give equal verdicts. */
public sealed interface BlockComparison {
    /** Judges {@code claimed}; {@code recomputed} is taken to be right. */
    Verdict compare(ResultFile.Block claimed, ResultFile.Block recomputed);

    /** Every byte and every work unit must be equal: rendering, and models that are exact across devices. */
    record Exact() implements BlockComparison {
        @Override
        public Verdict compare(ResultFile.Block claimed, ResultFile.Block recomputed) {
            byte[] claim = claimed.bytes();
            byte[] truth = recomputed.bytes();
            if (claim.length != truth.length) {
                return wrongLength(claim.length, truth.length);
            }
            int at = Arrays.mismatch(claim, truth);
            if (at >= 0) {
                return new Verdict.Rejected(Verdict.Reason.CONTENT, "the first byte that differs is number " + at);
            }
            return compareWorkUnits(claimed, recomputed);
        }
    }

    /**
     * Rows of little-endian FP32 numbers within a tolerance: models that round differently on another device. Work
     * units are tokens and so stay exact.
     */
    record Within(Tolerance tolerance) implements BlockComparison {
        @Override
        public Verdict compare(ResultFile.Block claimed, ResultFile.Block recomputed) {
            byte[] claim = claimed.bytes();
            byte[] truth = recomputed.bytes();
            if (claim.length != truth.length || claim.length % Float.BYTES != 0) {
                return wrongLength(claim.length, truth.length);
            }
            if (Arrays.equals(claim, truth)) {
                return compareWorkUnits(claimed, recomputed);
            }
            Deviation deviation = Deviation.between(claim, truth);
            if (deviation.firstNotFinite() >= 0) {
                return new Verdict.Rejected(
                        Verdict.Reason.NOT_FINITE, "number " + deviation.firstNotFinite() + " is not finite");
            }
            if (!tolerance.admits(deviation)) {
                return new Verdict.Rejected(
                        Verdict.Reason.OUT_OF_TOLERANCE, deviation + " is outside the model's " + tolerance);
            }
            return compareWorkUnits(claimed, recomputed);
        }
    }

    /**
     * FP32 numbers of a tensor, each within a share of the largest magnitude of the recomputed ones: a model's calibrated
     * tolerance. Where it is 0, every byte must be equal.
     */
    record Relative(double share) implements BlockComparison {
        @Override
        public Verdict compare(ResultFile.Block claimed, ResultFile.Block recomputed) {
            if (share == 0) {
                return new Exact().compare(claimed, recomputed);
            }
            double allowed = share * Deviation.largest(recomputed.bytes());
            return new Within(new Tolerance(allowed, -1)).compare(claimed, recomputed);
        }
    }

    private static Verdict wrongLength(int claimed, int recomputed) {
        return new Verdict.Rejected(
                Verdict.Reason.LENGTH, "it has " + claimed + " bytes, recomputed it has " + recomputed);
    }

    private static Verdict compareWorkUnits(ResultFile.Block claimed, ResultFile.Block recomputed) {
        if (claimed.workUnits() != recomputed.workUnits()) {
            return new Verdict.Rejected(
                    Verdict.Reason.WORK_UNITS,
                    "it claims " + claimed.workUnits() + " work units, recomputed it cost " + recomputed.workUnits());
        }
        return new Verdict.Accepted();
    }
}

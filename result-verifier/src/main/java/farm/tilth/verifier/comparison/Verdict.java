package farm.tilth.verifier.comparison;

/** What comparing a claimed block with the recomputed one says about the worker that claimed it. */
public sealed interface Verdict {
    /** The block is right. */
    record Accepted() implements Verdict {}

    /** The block is wrong; {@code detail} says where, for people. */
    record Rejected(Reason reason, String detail) implements Verdict {}

    /** What differs. */
    enum Reason {
        /** The claimed block is longer or shorter. */
        LENGTH,
        /** At least one byte differs, where results must be equal to the bit. */
        CONTENT,
        /** A number of the claimed row is NaN or infinite and the recomputed one is not the same. */
        NOT_FINITE,
        /** A number, or the direction of the whole row, is farther off than the model's tolerance. */
        OUT_OF_TOLERANCE,
        /** The content is right and the metered work is not. */
        WORK_UNITS
    }

    default boolean accepted() {
        return this instanceof Accepted;
    }
}

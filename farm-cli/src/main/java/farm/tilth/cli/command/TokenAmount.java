package farm.tilth.cli.command;

import java.math.BigDecimal;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** An amount as people write it, in T with up to 6 decimals, and as the ledger counts it, in millionths of a T. */
final class TokenAmount implements ITypeConverter<Long> {
    private static final int DECIMALS = 6;
    /** In T: what a ledger's account may have at most. */
    private static final BigDecimal MOST = BigDecimal.TEN.pow(12);

    /**
     * Reads an amount; nothing is rounded.
     *
     * @throws TypeConversionException when it is not over 0, too large, or finer than the ledger
     */
    @Override
    public Long convert(String text) {
        try {
            BigDecimal tokens = new BigDecimal(text);
            if (tokens.signum() > 0 && tokens.compareTo(MOST) <= 0) {
                return tokens.movePointRight(DECIMALS).longValueExact();
            }
        } catch (ArithmeticException | NumberFormatException e) {
            throw refusal(text);
        }
        throw refusal(text);
    }

    private static TypeConversionException refusal(String text) {
        return new TypeConversionException(
                "'" + text + "' is no amount: write a number over 0 and at most 10^12, with up to 6 decimals");
    }

    /** An amount of the ledger, in T. */
    static String text(long microTokens) {
        return BigDecimal.valueOf(microTokens, DECIMALS).toPlainString();
    }
}

package farm.tilth.api.server;

import farm.tilth.protocol.ErrorCode;

/**
 * An error as REST says it, after RFC 9457 (application/problem+json).
 *
 * @param type a name for the kind of problem, made of its code
 * @param code stable, for programs
 * @param detail for people: what was wrong, where in their input, what to do
 */
public record Problem(String type, String title, int status, ErrorCode code, String detail) {
    /** Its media type. */
    public static final String MEDIA_TYPE = "application/problem+json";

    /** An error with its code's own status. */
    public static Problem of(ErrorCode code, String detail) {
        return of(code, code.httpStatus(), detail);
    }

    static Problem of(ErrorCode code, int status, String detail) {
        String words = code.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
        String title = Character.toUpperCase(words.charAt(0)) + words.substring(1);
        return new Problem("urn:tilth:" + words.replace(' ', '-'), title, status, code, detail);
    }
}

package farm.tilth.api.access;

import jakarta.enterprise.context.RequestScoped;

/** The caller of the REST request in hand; set by {@link AccessFilter} before the resource's method runs. */
@RequestScoped
public class CurrentCaller {
    private Caller caller;

    /** The caller; present in every method that is not {@link Public}. */
    public Caller get() {
        if (caller == null) {
            throw new IllegalStateException("a public method asked for its caller");
        }
        return caller;
    }

    void set(Caller authenticated) {
        this.caller = authenticated;
    }
}

package farm.tilth.api.access;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.util.Set;
import java.util.UUID;

/**
 * Who sent a request, after the key was checked. Resources inject {@link CurrentCaller} and ask it for this.
 *
 * @param key the id of the key that was shown
 * @param limits those of the key
 */
public record Caller(UUID account, UUID key, Set<Role> roles, KeyLimits limits) {
    public Caller {
        roles = Set.copyOf(roles);
    }

    public boolean is(Role role) {
        return roles.contains(role);
    }

    /**
     * Returns this caller when it has the role.
     *
     * @throws FarmException with FORBIDDEN when it has not
     */
    public Caller require(Role role) {
        if (!is(role)) {
            throw new FarmException(
                    ErrorCode.FORBIDDEN,
                    "this key has not the role " + role + "; ask the farm's operator for one that has");
        }
        return this;
    }
}

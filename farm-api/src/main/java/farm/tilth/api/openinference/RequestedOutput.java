package farm.tilth.api.openinference;

import java.util.Optional;

/**
 * An output that a request asks for.
 *
 * @param binary whether its bytes follow the JSON; absent: as the request says for all
 * @param classes 0, or how many of the highest values are wanted, as "value:index", instead of the tensor
 */
record RequestedOutput(String name, Optional<Boolean> binary, int classes) {}

package farm.tilth.api.lease;

import java.util.List;

/**
 * Start-time fair queueing (Goyal, Vin and Cheng, 1996): tasks are leased in the order of their start tags, and an
 * account's tags advance by cost / weight. Whoever asks for much waits behind its own tasks, not others behind it.
 */
final class FairShare {
    private FairShare() {}

    /**
     * The start tags of an account's next tasks, and last the tag at which the task after them would start.
     *
     * @param start the later of the queue's virtual time and the end of the account's last task
     */
    static double[] tags(double start, List<Long> estimates, double weight) {
        double[] tags = new double[estimates.size() + 1];
        tags[0] = start;
        for (int i = 0; i < estimates.size(); i++) {
            tags[i + 1] = tags[i] + estimates.get(i) / weight;
        }
        return tags;
    }
}

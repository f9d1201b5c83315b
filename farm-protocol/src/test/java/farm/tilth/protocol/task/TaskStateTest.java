package farm.tilth.protocol.task;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class TaskStateTest {
    private static final String[] TABLE = {
        // QUEUED LEASED REPORTED ACCEPTED FAILED CANCELED
        "-x--xx", // QUEUED
        "x-x-xx", // LEASED
        "x--xxx", // REPORTED
        "x-----", // ACCEPTED
        "------", // FAILED
        "------" // CANCELED
    };

    @Test
    void everyPairOfStatesIsAsTheTableSays() {
        for (TaskState from : TaskState.values()) {
            for (TaskState to : TaskState.values()) {
                boolean expected = TABLE[from.ordinal()].charAt(to.ordinal()) == 'x';
                assertEquals(expected, from.canBecome(to), from + " → " + to);
            }
        }
    }
}

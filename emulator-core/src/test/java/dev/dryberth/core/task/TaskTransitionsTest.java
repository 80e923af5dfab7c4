package dev.dryberth.core.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.core.model.ContainerPhase;
import dev.dryberth.core.model.TaskStatus;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

class TaskTransitionsTest {

    @Test
    void everyPairOfStatusesIsListedHereOrIllegal() {
        List<String> legal = new ArrayList<>();
        for (TaskStatus from : TaskStatus.values()) {
            for (TaskStatus to : TaskStatus.values()) {
                if (TaskTransitions.legal(from, to)) {
                    legal.add(from + " " + to);
                }
            }
        }
        assertThat(legal)
                .containsExactlyInAnyOrder(
                        "PROVISIONING PENDING",
                        "PROVISIONING DEPROVISIONING",
                        "PENDING ACTIVATING",
                        "PENDING RUNNING",
                        "PENDING STOPPING",
                        "PENDING DEPROVISIONING",
                        "PENDING STOPPED",
                        "ACTIVATING RUNNING",
                        "ACTIVATING STOPPING",
                        "ACTIVATING DEPROVISIONING",
                        "RUNNING DEACTIVATING",
                        "RUNNING STOPPING",
                        "DEACTIVATING STOPPING",
                        "STOPPING DEPROVISIONING",
                        "STOPPING STOPPED",
                        "DEPROVISIONING STOPPED");
    }

    @Test
    void aTaskNeverGoesBack() {
        for (TaskStatus from : TaskStatus.values()) {
            for (TaskStatus to : TaskStatus.values()) {
                if (TaskTransitions.legal(from, to)) {
                    assertThat(to).isGreaterThan(from);
                }
            }
        }
    }

    @Test
    void everyPairOfPhasesIsListedHereOrIllegal() {
        List<String> legal = new ArrayList<>();
        for (ContainerPhase from : ContainerPhase.values()) {
            for (ContainerPhase to : ContainerPhase.values()) {
                if (TaskTransitions.legal(from, to)) {
                    legal.add(from + " " + to);
                }
            }
        }
        assertThat(legal)
                .containsExactlyInAnyOrder(
                        "WAITING PULLING",
                        "WAITING STOPPED",
                        "PULLING PULLED",
                        "PULLING STOPPED",
                        "PULLED STARTING",
                        "PULLED STOPPED",
                        "STARTING RUNNING",
                        "STARTING STOPPED",
                        "RUNNING STOPPING",
                        "RUNNING STOPPED",
                        "RUNNING PULLED",
                        "STOPPING STOPPED");
    }
}

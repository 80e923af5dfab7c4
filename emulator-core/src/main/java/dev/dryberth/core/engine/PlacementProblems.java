package dev.dryberth.core.engine;

import dev.dryberth.core.model.LaunchType;
import dev.dryberth.core.placement.Veto;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** What a service says when no place takes its task, word for word as AWS does. */
final class PlacementProblems {

    private static final String MORE =
            " For more information, see the Troubleshooting section of the Amazon ECS Developer"
                    + " Guide.";

    private PlacementProblems() {}

    /**
     * What to say.
     *
     * @param zone where the task had to go, to even out the service's zones; null: anywhere
     */
    static String text(LaunchType launchType, List<Veto> vetoes, @Nullable String zone) {
        if (zone != null) {
            return launchType == LaunchType.FARGATE
                    ? "is unable to place a task in " + zone + "."
                    : "is unable to place a task in "
                            + zone
                            + " because no container instance met all of its requirements.";
        }
        if (launchType == LaunchType.FARGATE) {
            String place = vetoes.isEmpty() ? "" : " (" + vetoes.getFirst().place() + ")";
            return "was unable to place a task. Reason: The subnet"
                    + place
                    + " has no free address." // [?]
                    + MORE;
        }
        String start =
                "was unable to place a task because no container instance met all of its"
                        + " requirements. ";
        if (vetoes.isEmpty()) {
            return start + "Reason: No Container Instances were found in your cluster." + MORE;
        }
        Veto closest = vetoes.getLast();
        String id = closest.place().substring(closest.place().lastIndexOf('/') + 1);
        return start
                + "The closest matching (container-instance "
                + id
                + ") "
                + lack(closest)
                + MORE;
    }

    private static String lack(Veto veto) {
        return switch (veto.reason()) {
            case "RESOURCE:CPU" -> "has insufficient CPU units available.";
            case "RESOURCE:MEMORY" -> "has insufficient memory available.";
            case "RESOURCE:PORTS" -> "is already using a port required by your task.";
            case "ATTRIBUTE" -> "is missing an attribute required by your task.";
            default -> "encountered error \"" + veto.reason() + "\".";
        };
    }
}

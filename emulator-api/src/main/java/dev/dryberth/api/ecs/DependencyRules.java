package dev.dryberth.api.ecs;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.ecs.model.ContainerCondition;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.ContainerDependency;
import software.amazon.awssdk.services.ecs.model.HealthCheck;
import software.amazon.awssdk.services.ecs.model.VolumeFrom;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The order in which a task's containers start: {@code dependsOn}, and the order that {@code links}
 * and {@code volumesFrom} imply. Every container named must exist, and together they must not go
 * round in a circle, or no container of the circle could ever start. Texts marked [?] are guesses.
 */
final class DependencyRules {

    private DependencyRules() {}

    static void check(List<ContainerDefinition> containers) {
        Map<String, ContainerDefinition> byName = LinkedHashMap.newLinkedHashMap(containers.size());
        containers.forEach(container -> byName.put(container.name(), container));
        boolean any = false;
        for (ContainerDefinition container : containers) {
            for (ContainerDependency dependency : container.dependsOn()) {
                any = true;
                checkDependency(container, dependency, byName);
            }
            for (String link : container.links()) {
                any = true;
                checkLink(container, linked(link), byName);
            }
            for (VolumeFrom from : container.volumesFrom()) {
                any = true;
                checkVolumesFrom(container, from, byName);
            }
        }
        if (!any) {
            return;
        }
        if (cyclic(containers, DependencyRules::links)) {
            throw EcsErrors.client("Container links should not have a cycle");
        }
        if (cyclic(containers, DependencyRules::all)) {
            throw EcsErrors.client("Task definition contains a container dependency cycle"); // [?]
        }
    }

    /**
     * Whether health checks can ever make the container HEALTHY; {@code NONE} switches them off.
     */
    static boolean hasHealthCheck(ContainerDefinition container) {
        HealthCheck check = container.healthCheck();
        return check != null
                && !check.command().isEmpty()
                && !check.command().getFirst().equals("NONE");
    }

    static boolean essential(ContainerDefinition container) {
        return !Boolean.FALSE.equals(container.essential());
    }

    private static void checkDependency(
            ContainerDefinition container,
            ContainerDependency dependency,
            Map<String, ContainerDefinition> byName) {
        ContainerDefinition target = byName.get(dependency.containerName());
        if (target == null) {
            // The plus sign is AWS's own.
            throw EcsErrors.client(
                    "Cannot depend on container + '"
                            + dependency.containerName()
                            + "' because it does not exist");
        }
        if (target.name().equals(container.name())) {
            throw EcsErrors.client(
                    "Container '" + container.name() + "' cannot depend on itself."); // [?]
        }
        @Nullable ContainerCondition condition = dependency.condition();
        switch (condition) {
            case null -> throw unknownCondition();
            case UNKNOWN_TO_SDK_VERSION -> throw unknownCondition();
            case START -> {}
            case COMPLETE, SUCCESS -> {
                if (essential(target)) {
                    throw EcsErrors.client(
                            "A dependency container with SUCCESS or COMPLETE condition cannot be"
                                    + " an essential container");
                }
            }
            case HEALTHY -> {
                if (!hasHealthCheck(target)) {
                    throw EcsErrors.client(
                            "A dependency container with HEALTHY condition must have a health"
                                    + " check, but '"
                                    + target.name()
                                    + "' has none"); // [?]
                }
            }
        }
    }

    private static RuntimeException unknownCondition() {
        return EcsErrors.notOneOf("condition", List.of("START", "COMPLETE", "SUCCESS", "HEALTHY"));
    }

    private static void checkLink(
            ContainerDefinition container, String target, Map<String, ContainerDefinition> byName) {
        if (!byName.containsKey(target)) {
            throw EcsErrors.client(
                    "Cannot link to container '" + target + "' because it does not exist"); // [?]
        }
        if (target.equals(container.name())) {
            throw EcsErrors.client("Container links should not have a cycle");
        }
    }

    private static void checkVolumesFrom(
            ContainerDefinition container,
            VolumeFrom from,
            Map<String, ContainerDefinition> byName) {
        if (!byName.containsKey(from.sourceContainer())) {
            throw EcsErrors.client(
                    "Cannot use volumes from container '"
                            + from.sourceContainer()
                            + "' because it does not exist"); // [?]
        }
        if (from.sourceContainer().equals(container.name())) {
            throw EcsErrors.client(
                    "Container '" + container.name() + "' cannot use volumes from itself."); // [?]
        }
    }

    /** The container a link {@code name} or {@code name:alias} goes to. */
    private static String linked(String link) {
        int colon = link.indexOf(':');
        return colon < 0 ? link : link.substring(0, colon);
    }

    private interface Edges {
        List<String> from(ContainerDefinition container);
    }

    private static List<String> links(ContainerDefinition container) {
        return container.links().stream().map(DependencyRules::linked).toList();
    }

    private static List<String> all(ContainerDefinition container) {
        List<String> all = new ArrayList<>(links(container));
        container.dependsOn().forEach(dependency -> all.add(dependency.containerName()));
        container.volumesFrom().forEach(from -> all.add(from.sourceContainer()));
        return all;
    }

    /** Takes away containers that wait for none that is left; what stays waits in a circle. */
    private static boolean cyclic(List<ContainerDefinition> containers, Edges edges) {
        Map<String, List<String>> waiting = LinkedHashMap.newLinkedHashMap(containers.size());
        Deque<String> free = new ArrayDeque<>();
        for (ContainerDefinition container : containers) {
            List<String> needs = new ArrayList<>(edges.from(container));
            if (needs.isEmpty()) {
                free.add(container.name());
            } else {
                waiting.put(container.name(), needs);
            }
        }
        while (!free.isEmpty()) {
            String gone = free.remove();
            waiting.forEach((name, needs) -> {
                if (needs.removeIf(gone::equals) && needs.isEmpty()) {
                    free.add(name);
                }
            });
            waiting.values().removeIf(List::isEmpty);
        }
        return !waiting.isEmpty();
    }
}

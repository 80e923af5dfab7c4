package dev.dryberth.core.runtime.docker;

import dev.dryberth.core.model.Eni;
import dev.dryberth.core.model.TaskArn;
import dev.dryberth.core.runtime.ContainerSpec;
import dev.dryberth.core.runtime.FunctionSpec;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.Map;

/** The labels on everything this daemon makes; after a crash they are all that is known of it. */
final class Labels {

    static final String INSTANCE = "dev.dryberth.instance";
    static final String ROLE = "dev.dryberth.role";
    static final String TASK = "dev.dryberth.task";
    static final String CONTAINER = "dev.dryberth.container";
    static final String CONTAINER_ID = "dev.dryberth.container-id";
    static final String ATTEMPT = "dev.dryberth.attempt";
    static final String ENI = "dev.dryberth.eni";
    static final String VPC = "dev.dryberth.vpc";
    static final String VOLUME = "dev.dryberth.volume";
    static final String FUNCTION = "dev.dryberth.function";
    static final String ENVIRONMENT = "dev.dryberth.environment";

    static final String ROLE_APP = "app";
    static final String ROLE_PAUSE = "pause";
    static final String ROLE_FUNCTION = "function";

    private Labels() {}

    /** The container's own labels, then ECS's, then ours: nobody can take over ours. */
    static Map<String, String> container(String instanceId, ContainerSpec spec) {
        Map<String, String> labels = new LinkedHashMap<>(spec.definition().dockerLabels());
        labels.put("com.amazonaws.ecs.cluster", spec.task().clusterArn().text());
        labels.put("com.amazonaws.ecs.container-name", spec.name());
        labels.put("com.amazonaws.ecs.task-arn", spec.task().text());
        labels.put("com.amazonaws.ecs.task-definition-family", spec.taskDefinition().family());
        labels.put(
                "com.amazonaws.ecs.task-definition-version",
                Integer.toString(spec.taskDefinition().revision()));
        labels.put(INSTANCE, instanceId);
        labels.put(ROLE, ROLE_APP);
        labels.put(TASK, spec.task().text());
        labels.put(CONTAINER, spec.name());
        labels.put(CONTAINER_ID, spec.containerId());
        labels.put(ATTEMPT, Integer.toString(spec.attempt()));
        if (spec.network() instanceof ContainerSpec.Network.Namespace namespace) {
            labels.put(ENI, namespace.eniId());
        }
        return labels;
    }

    static Map<String, String> pause(String instanceId, Eni eni) {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put(INSTANCE, instanceId);
        labels.put(ROLE, ROLE_PAUSE);
        labels.put(ENI, eni.id());
        return labels;
    }

    static Map<String, String> function(String instanceId, FunctionSpec spec) {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put(INSTANCE, instanceId);
        labels.put(ROLE, ROLE_FUNCTION);
        labels.put(FUNCTION, spec.function().text());
        labels.put(ENVIRONMENT, spec.environmentId());
        return labels;
    }

    static Map<String, String> functionNetwork(String instanceId) {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put(INSTANCE, instanceId);
        labels.put(ROLE, ROLE_FUNCTION);
        return labels;
    }

    static Map<String, String> network(String instanceId, String vpcId) {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put(INSTANCE, instanceId);
        labels.put(VPC, vpcId);
        return labels;
    }

    /** {@code task} null: a volume that outlives its tasks. */
    static Map<String, String> volume(String instanceId, String name, @Nullable TaskArn task) {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put(INSTANCE, instanceId);
        labels.put(VOLUME, name);
        if (task != null) {
            labels.put(TASK, task.text());
        }
        return labels;
    }

    /** The engine's filter for one label with one value. */
    static String filter(String label, String value) {
        return label + "=" + value;
    }

    /** What the engine says of something's labels; it may say nothing. */
    static Map<String, String> of(@Nullable Map<String, String> labels) {
        return labels == null ? new LinkedHashMap<>() : labels;
    }

    static boolean ours(Map<String, String> labels, String instanceId) {
        return instanceId.equals(labels.get(INSTANCE));
    }

    static boolean app(Map<String, String> labels) {
        return ROLE_APP.equals(labels.get(ROLE))
                && labels.containsKey(TASK)
                && labels.containsKey(CONTAINER);
    }

    static boolean pause(Map<String, String> labels) {
        return ROLE_PAUSE.equals(labels.get(ROLE)) && labels.containsKey(ENI);
    }

    static boolean function(Map<String, String> labels) {
        return ROLE_FUNCTION.equals(labels.get(ROLE)) && labels.containsKey(ENVIRONMENT);
    }
}

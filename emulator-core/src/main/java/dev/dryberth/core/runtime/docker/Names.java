package dev.dryberth.core.runtime.docker;

import dev.dryberth.core.model.TaskArn;
import dev.dryberth.core.model.TaskDefinitionArn;
import dev.dryberth.core.runtime.ContainerSpec;
import dev.dryberth.core.runtime.FunctionSpec;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What things are called in Docker. Every name follows from what it names, so that asking twice for
 * the same thing meets the first one instead of making a second.
 */
final class Names {

    /** Names longer than this are cut; the hex digits at the end keep them apart. */
    private static final int MAX_PART = 80;

    private Names() {}

    /** {@code ecs-web-3-nginx-9af1…}: the ECS agent's form. */
    static String container(String instanceId, ContainerSpec spec) {
        return container(instanceId, spec, spec.attempt());
    }

    static String container(String instanceId, ContainerSpec spec, int attempt) {
        return "ecs-"
                + cut(spec.taskDefinition().family())
                + "-"
                + spec.taskDefinition().revision()
                + "-"
                + cut(spec.name())
                + "-"
                + hex(instanceId + "|" + spec.containerId() + "|" + attempt);
    }

    static String pause(String instanceId, String eniId) {
        return "dryberth-" + instanceId + "-" + eniId;
    }

    static String network(String instanceId, String vpcId) {
        return "dryberth-" + instanceId + "-" + vpcId;
    }

    /** {@code lambda-hello-1f0a…}; the environment's id tells it from all others. */
    static String function(FunctionSpec spec) {
        return "lambda-" + cut(spec.function().name()) + "-" + spec.environmentId();
    }

    static String functionNetwork(String instanceId) {
        return "dryberth-" + instanceId + "-functions";
    }

    /** A volume that lives and dies with one task. */
    static String taskVolume(
            String instanceId, TaskDefinitionArn definition, TaskArn task, String volume) {
        return "ecs-"
                + cut(definition.family())
                + "-"
                + definition.revision()
                + "-"
                + cut(volume)
                + "-"
                + hex(instanceId + "|" + task.text() + "|" + volume);
    }

    /** The volume that stands in for a directory of a file system, shared by all its tasks. */
    static String fileSystemVolume(String instanceId, String fileSystemId, String directory) {
        String base = "dryberth-" + instanceId + "-" + fileSystemId;
        return directory.equals("/") ? base : base + "-" + hex(directory);
    }

    /** Twenty hex digits that follow from {@code text}. */
    static String hex(String text) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 10);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    private static String cut(String part) {
        return part.length() <= MAX_PART ? part : part.substring(0, MAX_PART);
    }
}

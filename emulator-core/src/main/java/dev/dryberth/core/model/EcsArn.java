package dev.dryberth.core.model;

import java.util.List;

/**
 * A parsed ARN of Amazon ECS. ARNs of one kind are ordered by scope and then part by part, names by
 * their characters and numbers by their value; comparing makes no text, for tables compare a lot.
 */
public sealed interface EcsArn extends Comparable<EcsArn>
        permits ClusterArn,
                TaskArn,
                TaskDefinitionArn,
                ContainerInstanceArn,
                ServiceArn,
                ServiceRevisionArn,
                ServiceDeploymentArn,
                TaskSetArn {

    Scope scope();

    /** What stands behind the account: {@code cluster/default}, {@code task/default/0af…}. */
    String resource();

    default String text() {
        return "arn:aws:ecs:" + scope().region() + ":" + scope().account() + ":" + resource();
    }

    @Override
    default int compareTo(EcsArn other) {
        int byScope = scope().compareTo(other.scope());
        return byScope != 0 ? byScope : resource().compareTo(other.resource());
    }

    /**
     * Splits the text of an ECS ARN into its scope and the parts of its resource.
     *
     * @throws IllegalArgumentException with AWS's words when the text is no ECS ARN
     */
    static Parts split(String text) {
        String[] fields = text.split(":", 6);
        if (fields.length != 6 || !fields[0].equals("arn") || !fields[2].equals("ecs")) {
            throw new IllegalArgumentException("Unexpected number of separators");
        }
        return new Parts(
                new Scope(fields[3], fields[4]), List.of(fields[5].split("/", -1)), fields[5]);
    }

    /** The pieces of an ARN: {@code path} is the resource split at its slashes. */
    record Parts(Scope scope, List<String> path, String resource) {

        public boolean is(String kind, int length) {
            return path.size() == length && path.getFirst().equals(kind);
        }
    }
}

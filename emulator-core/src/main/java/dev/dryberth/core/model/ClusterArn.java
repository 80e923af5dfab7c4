package dev.dryberth.core.model;

/** {@code arn:aws:ecs:{region}:{account}:cluster/{name}}. */
public record ClusterArn(Scope scope, String name) implements EcsArn {

    /** The cluster that is meant where none is named. */
    public static final String DEFAULT_NAME = "default";

    public static ClusterArn parse(String text) {
        EcsArn.Parts parts = EcsArn.split(text);
        if (!parts.is("cluster", 2)) {
            throw new IllegalArgumentException("Not a cluster ARN: " + text);
        }
        return new ClusterArn(parts.scope(), parts.path().get(1));
    }

    @Override
    public String resource() {
        return "cluster/" + name;
    }

    @Override
    public int compareTo(EcsArn other) {
        if (!(other instanceof ClusterArn that)) {
            return EcsArn.super.compareTo(other);
        }
        int byScope = scope.compareTo(that.scope);
        return byScope != 0 ? byScope : name.compareTo(that.name);
    }

    @Override
    public String toString() {
        return text();
    }
}

package dev.dryberth.core.model;

/** {@code arn:aws:ecs:{region}:{account}:task/{cluster}/{32 hex digits}}. */
public record TaskArn(Scope scope, String cluster, String id) implements EcsArn {

    public static TaskArn parse(String text) {
        EcsArn.Parts parts = EcsArn.split(text);
        if (!parts.is("task", 3)) {
            throw new IllegalArgumentException("Not a task ARN: " + text);
        }
        return new TaskArn(parts.scope(), parts.path().get(1), parts.path().get(2));
    }

    public ClusterArn clusterArn() {
        return new ClusterArn(scope, cluster);
    }

    @Override
    public String resource() {
        return "task/" + cluster + "/" + id;
    }

    @Override
    public int compareTo(EcsArn other) {
        if (!(other instanceof TaskArn that)) {
            return EcsArn.super.compareTo(other);
        }
        int byScope = scope.compareTo(that.scope);
        if (byScope != 0) {
            return byScope;
        }
        int byCluster = cluster.compareTo(that.cluster);
        return byCluster != 0 ? byCluster : id.compareTo(that.id);
    }

    @Override
    public String toString() {
        return text();
    }
}

package dev.dryberth.core.model;

/** {@code arn:aws:ecs:{region}:{account}:container-instance/{cluster}/{32 hex digits}}. */
public record ContainerInstanceArn(Scope scope, String cluster, String id) implements EcsArn {

    public static ContainerInstanceArn parse(String text) {
        EcsArn.Parts parts = EcsArn.split(text);
        if (!parts.is("container-instance", 3)) {
            throw new IllegalArgumentException("Not a container instance ARN: " + text);
        }
        return new ContainerInstanceArn(parts.scope(), parts.path().get(1), parts.path().get(2));
    }

    public ClusterArn clusterArn() {
        return new ClusterArn(scope, cluster);
    }

    @Override
    public String resource() {
        return "container-instance/" + cluster + "/" + id;
    }

    @Override
    public int compareTo(EcsArn other) {
        if (!(other instanceof ContainerInstanceArn that)) {
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

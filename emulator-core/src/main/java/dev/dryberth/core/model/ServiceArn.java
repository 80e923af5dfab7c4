package dev.dryberth.core.model;

import java.util.Comparator;

/** {@code arn:aws:ecs:{region}:{account}:service/{cluster}/{name}}. */
public record ServiceArn(Scope scope, String cluster, String name) implements EcsArn {

    private static final Comparator<ServiceArn> ORDER =
            Comparator.comparing(ServiceArn::scope)
                    .thenComparing(ServiceArn::cluster)
                    .thenComparing(ServiceArn::name);

    public static ServiceArn parse(String text) {
        EcsArn.Parts parts = EcsArn.split(text);
        if (!parts.is("service", 3)) {
            throw new IllegalArgumentException("Not a service ARN: " + text);
        }
        return new ServiceArn(parts.scope(), parts.path().get(1), parts.path().get(2));
    }

    public static ServiceArn of(ClusterArn cluster, String name) {
        return new ServiceArn(cluster.scope(), cluster.name(), name);
    }

    public ClusterArn clusterArn() {
        return new ClusterArn(scope, cluster);
    }

    /** The group that every task of the service is in. */
    public String group() {
        return "service:" + name;
    }

    @Override
    public String resource() {
        return "service/" + cluster + "/" + name;
    }

    @Override
    public int compareTo(EcsArn other) {
        return other instanceof ServiceArn that
                ? ORDER.compare(this, that)
                : EcsArn.super.compareTo(other);
    }

    @Override
    public String toString() {
        return text();
    }
}

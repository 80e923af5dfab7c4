package dev.dryberth.core.model;

import java.util.Comparator;

/**
 * {@code arn:aws:ecs:{region}:{account}:service-deployment/{cluster}/{service}/{id}}.
 *
 * @param id 21 characters of {@code A-Za-z0-9_-}
 */
public record ServiceDeploymentArn(Scope scope, String cluster, String service, String id)
        implements EcsArn {

    private static final Comparator<ServiceDeploymentArn> ORDER =
            Comparator.comparing(ServiceDeploymentArn::scope)
                    .thenComparing(ServiceDeploymentArn::cluster)
                    .thenComparing(ServiceDeploymentArn::service)
                    .thenComparing(ServiceDeploymentArn::id);

    public static ServiceDeploymentArn parse(String text) {
        EcsArn.Parts parts = EcsArn.split(text);
        if (!parts.is("service-deployment", 4)) {
            throw new IllegalArgumentException("Not a service deployment ARN: " + text);
        }
        return new ServiceDeploymentArn(
                parts.scope(), parts.path().get(1), parts.path().get(2), parts.path().get(3));
    }

    public static ServiceDeploymentArn of(ServiceArn service, String id) {
        return new ServiceDeploymentArn(service.scope(), service.cluster(), service.name(), id);
    }

    public ServiceArn serviceArn() {
        return new ServiceArn(scope, cluster, service);
    }

    @Override
    public String resource() {
        return "service-deployment/" + cluster + "/" + service + "/" + id;
    }

    @Override
    public int compareTo(EcsArn other) {
        return other instanceof ServiceDeploymentArn that
                ? ORDER.compare(this, that)
                : EcsArn.super.compareTo(other);
    }

    @Override
    public String toString() {
        return text();
    }
}

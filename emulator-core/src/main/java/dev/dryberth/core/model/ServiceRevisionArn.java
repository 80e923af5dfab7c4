package dev.dryberth.core.model;

import java.util.Comparator;

/**
 * {@code arn:aws:ecs:{region}:{account}:service-revision/{cluster}/{service}/{number}}.
 *
 * @param number about 19 decimal digits, as text
 */
public record ServiceRevisionArn(Scope scope, String cluster, String service, String number)
        implements EcsArn {

    private static final Comparator<ServiceRevisionArn> ORDER =
            Comparator.comparing(ServiceRevisionArn::scope)
                    .thenComparing(ServiceRevisionArn::cluster)
                    .thenComparing(ServiceRevisionArn::service)
                    .thenComparing(ServiceRevisionArn::number);

    public static ServiceRevisionArn parse(String text) {
        EcsArn.Parts parts = EcsArn.split(text);
        if (!parts.is("service-revision", 4)) {
            throw new IllegalArgumentException("Not a service revision ARN: " + text);
        }
        return new ServiceRevisionArn(
                parts.scope(), parts.path().get(1), parts.path().get(2), parts.path().get(3));
    }

    public static ServiceRevisionArn of(ServiceArn service, String number) {
        return new ServiceRevisionArn(service.scope(), service.cluster(), service.name(), number);
    }

    public ServiceArn serviceArn() {
        return new ServiceArn(scope, cluster, service);
    }

    @Override
    public String resource() {
        return "service-revision/" + cluster + "/" + service + "/" + number;
    }

    @Override
    public int compareTo(EcsArn other) {
        return other instanceof ServiceRevisionArn that
                ? ORDER.compare(this, that)
                : EcsArn.super.compareTo(other);
    }

    @Override
    public String toString() {
        return text();
    }
}

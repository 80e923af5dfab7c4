package dev.dryberth.core.model;

/** {@code arn:aws:elasticloadbalancing:{r}:{account}:loadbalancer/{app|net}/{name}/{16 hex}}. */
public record LoadBalancerArn(Scope scope, LoadBalancer.Type type, String name, String id)
        implements ElbArn {

    private static final String KIND = "loadbalancer";

    public static LoadBalancerArn parse(String text) {
        return ElbArn.split(text, KIND, 4).loadBalancer();
    }

    /** The part that the ARNs of its listeners and rules share: {@code app/web/0123…}. */
    String path() {
        return type.inArn() + "/" + name + "/" + id;
    }

    @Override
    public String resource() {
        return KIND + "/" + path();
    }

    @Override
    public int compareTo(ElbArn other) {
        if (!(other instanceof LoadBalancerArn that)) {
            return ElbArn.super.compareTo(other);
        }
        int byScope = scope.compareTo(that.scope);
        if (byScope != 0) {
            return byScope;
        }
        int byName = name.compareTo(that.name);
        if (byName != 0) {
            return byName;
        }
        int byType = type.compareTo(that.type);
        return byType != 0 ? byType : id.compareTo(that.id);
    }

    @Override
    public String toString() {
        return text();
    }
}

package dev.dryberth.core.model;

/** {@code …:listener/{app|net}/{name}/{load balancer's 16 hex}/{16 hex}}. */
public record ListenerArn(LoadBalancerArn loadBalancer, String id) implements ElbArn {

    private static final String KIND = "listener";

    /** Comes after the id of every listener. */
    private static final String AFTER_ALL = "~";

    public static ListenerArn parse(String text) {
        Parts parts = ElbArn.split(text, KIND, 5);
        return new ListenerArn(parts.loadBalancer(), parts.path().get(4));
    }

    /** Comes before every listener of the load balancer. */
    public static ListenerArn firstOf(LoadBalancerArn loadBalancer) {
        return new ListenerArn(loadBalancer, "");
    }

    /** Comes after every listener of the load balancer. */
    public static ListenerArn afterAllOf(LoadBalancerArn loadBalancer) {
        return new ListenerArn(loadBalancer, AFTER_ALL);
    }

    @Override
    public Scope scope() {
        return loadBalancer.scope();
    }

    /** The part that the ARNs of its rules share. */
    String path() {
        return loadBalancer.path() + "/" + id;
    }

    @Override
    public String resource() {
        return KIND + "/" + path();
    }

    @Override
    public int compareTo(ElbArn other) {
        if (!(other instanceof ListenerArn that)) {
            return ElbArn.super.compareTo(other);
        }
        int byLoadBalancer = loadBalancer.compareTo(that.loadBalancer);
        return byLoadBalancer != 0 ? byLoadBalancer : id.compareTo(that.id);
    }

    @Override
    public String toString() {
        return text();
    }
}

package dev.dryberth.core.model;

/** {@code …:listener-rule/{app|net}/{name}/{load balancer}/{listener}/{16 hex}}. */
public record RuleArn(ListenerArn listener, String id) implements ElbArn {

    private static final String KIND = "listener-rule";

    /** Comes after the id of every rule. */
    private static final String AFTER_ALL = "~";

    public static RuleArn parse(String text) {
        Parts parts = ElbArn.split(text, KIND, 6);
        return new RuleArn(
                new ListenerArn(parts.loadBalancer(), parts.path().get(4)), parts.path().get(5));
    }

    /** Comes before every rule of the listener. */
    public static RuleArn firstOf(ListenerArn listener) {
        return new RuleArn(listener, "");
    }

    /** Comes after every rule of the listener. */
    public static RuleArn afterAllOf(ListenerArn listener) {
        return new RuleArn(listener, AFTER_ALL);
    }

    @Override
    public Scope scope() {
        return listener.scope();
    }

    @Override
    public String resource() {
        return KIND + "/" + listener.path() + "/" + id;
    }

    @Override
    public int compareTo(ElbArn other) {
        if (!(other instanceof RuleArn that)) {
            return ElbArn.super.compareTo(other);
        }
        int byListener = listener.compareTo(that.listener);
        return byListener != 0 ? byListener : id.compareTo(that.id);
    }

    @Override
    public String toString() {
        return text();
    }
}

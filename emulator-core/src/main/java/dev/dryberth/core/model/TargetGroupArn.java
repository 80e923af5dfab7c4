package dev.dryberth.core.model;

/** {@code arn:aws:elasticloadbalancing:{r}:{account}:targetgroup/{name}/{16 hex}}. */
public record TargetGroupArn(Scope scope, String name, String id) implements ElbArn {

    private static final String KIND = "targetgroup";

    public static TargetGroupArn parse(String text) {
        Parts parts = ElbArn.split(text, KIND, 3);
        return new TargetGroupArn(parts.scope(), parts.path().get(1), parts.path().get(2));
    }

    @Override
    public String resource() {
        return KIND + "/" + name + "/" + id;
    }

    @Override
    public int compareTo(ElbArn other) {
        if (!(other instanceof TargetGroupArn that)) {
            return ElbArn.super.compareTo(other);
        }
        int byScope = scope.compareTo(that.scope);
        if (byScope != 0) {
            return byScope;
        }
        int byName = name.compareTo(that.name);
        return byName != 0 ? byName : id.compareTo(that.id);
    }

    @Override
    public String toString() {
        return text();
    }
}

package dev.dryberth.core.model;

/** {@code arn:aws:elasticloadbalancing:{r}:{account}:truststore/{name}/{16 hex}}. */
public record TrustStoreArn(Scope scope, String name, String id) implements ElbArn {

    private static final String KIND = "truststore";

    public static TrustStoreArn parse(String text) {
        Parts parts = ElbArn.split(text, KIND, 3);
        return new TrustStoreArn(parts.scope(), parts.path().get(1), parts.path().get(2));
    }

    @Override
    public String resource() {
        return KIND + "/" + name + "/" + id;
    }

    @Override
    public String toString() {
        return text();
    }
}

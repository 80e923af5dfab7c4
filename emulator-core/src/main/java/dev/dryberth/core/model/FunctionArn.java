package dev.dryberth.core.model;

import org.jspecify.annotations.Nullable;

/** {@code arn:aws:lambda:{r}:{account}:function:{name}}, without a version or alias. */
public record FunctionArn(Scope scope, String name) implements Comparable<FunctionArn> {

    /** The one version every function here has. */
    public static final String LATEST = "$LATEST";

    private static final int PLAIN = 7;
    private static final int QUALIFIED = 8;

    /**
     * Reads the ARN of a function.
     *
     * @throws IllegalArgumentException when the text is none, or names a version
     */
    public static FunctionArn parse(String text) {
        FunctionArn arn = of(text);
        if (arn == null || !arn.text().equals(text)) {
            throw new IllegalArgumentException("Not a function's ARN: " + text);
        }
        return arn;
    }

    /** The function that an ARN means, also with {@code $LATEST} at its end; null: none here. */
    public static @Nullable FunctionArn of(String text) {
        String[] fields = text.split(":", -1);
        boolean latest = fields.length == QUALIFIED && fields[PLAIN].equals(LATEST);
        return (fields.length == PLAIN || latest)
                        && fields[0].equals("arn")
                        && fields[2].equals("lambda")
                        && fields[5].equals("function")
                ? new FunctionArn(new Scope(fields[3], fields[4]), fields[6])
                : null;
    }

    public String text() {
        return "arn:aws:lambda:" + scope.region() + ":" + scope.account() + ":function:" + name;
    }

    @Override
    public int compareTo(FunctionArn other) {
        int byScope = scope.compareTo(other.scope);
        return byScope != 0 ? byScope : name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return text();
    }
}

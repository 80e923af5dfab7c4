package dev.dryberth.core.model;

/** {@code arn:aws:cloudwatch:{r}:{account}:alarm:{name}}; a name may hold colons. */
public record AlarmArn(Scope scope, String name) implements Comparable<AlarmArn> {

    private static final int FIELDS = 7;

    /**
     * Reads an ARN.
     *
     * @throws IllegalArgumentException when the text is no ARN of an alarm
     */
    public static AlarmArn parse(String text) {
        String[] fields = text.split(":", FIELDS);
        if (fields.length < FIELDS
                || !fields[0].equals("arn")
                || !fields[2].equals("cloudwatch")
                || !fields[5].equals("alarm")) {
            throw new IllegalArgumentException("Not an alarm ARN: " + text);
        }
        return new AlarmArn(new Scope(fields[3], fields[4]), fields[6]);
    }

    @Override
    public int compareTo(AlarmArn other) {
        int byScope = scope.compareTo(other.scope);
        return byScope != 0 ? byScope : name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return "arn:aws:cloudwatch:%s:%s:alarm:%s".formatted(scope.region(), scope.account(), name);
    }
}

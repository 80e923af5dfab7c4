package dev.dryberth.core.model;

/** {@code arn:aws:acm:{r}:{account}:certificate/{uuid}}. */
public record CertificateArn(Scope scope, String id) implements Comparable<CertificateArn> {

    private static final String KIND = "certificate/";

    /**
     * Reads the ARN of a certificate in ACM.
     *
     * @throws IllegalArgumentException when the text is none
     */
    public static CertificateArn parse(String text) {
        String[] fields = text.split(":", 6);
        if (fields.length == 6
                && fields[0].equals("arn")
                && fields[2].equals("acm")
                && fields[5].startsWith(KIND)) {
            return new CertificateArn(
                    new Scope(fields[3], fields[4]), fields[5].substring(KIND.length()));
        }
        throw new IllegalArgumentException("Not a certificate ARN: " + text);
    }

    public String text() {
        return "arn:aws:acm:" + scope.region() + ":" + scope.account() + ":" + KIND + id;
    }

    @Override
    public int compareTo(CertificateArn other) {
        int byScope = scope.compareTo(other.scope);
        return byScope != 0 ? byScope : id.compareTo(other.id);
    }

    @Override
    public String toString() {
        return text();
    }
}

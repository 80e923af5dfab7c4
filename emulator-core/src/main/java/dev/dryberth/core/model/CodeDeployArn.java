package dev.dryberth.core.model;

import java.util.Comparator;

/**
 * {@code arn:aws:codedeploy:{region}:{account}:{kind}:{name}}; a deployment group's name is {@code
 * {application}/{group}}. Deployments have no ARN on AWS; theirs is only ours.
 */
public record CodeDeployArn(Scope scope, Kind kind, String name)
        implements Comparable<CodeDeployArn> {

    /** What CodeDeploy knows. */
    public enum Kind {
        APPLICATION("application"),
        GROUP("deploymentgroup"),
        CONFIG("deploymentconfig"),
        DEPLOYMENT("deployment");

        private final String text;

        Kind(String text) {
            this.text = text;
        }
    }

    private static final int FIELDS = 7;

    private static final Comparator<CodeDeployArn> ORDER =
            Comparator.comparing(CodeDeployArn::scope)
                    .thenComparing(CodeDeployArn::kind)
                    .thenComparing(CodeDeployArn::name);

    public static CodeDeployArn group(Scope scope, String application, String group) {
        return new CodeDeployArn(scope, Kind.GROUP, application + "/" + group);
    }

    /**
     * Reads an ARN.
     *
     * @throws IllegalArgumentException when the text is none
     */
    public static CodeDeployArn parse(String text) {
        String[] fields = text.split(":", FIELDS);
        if (fields.length == FIELDS && fields[0].equals("arn") && fields[2].equals("codedeploy")) {
            for (Kind each : Kind.values()) {
                if (each.text.equals(fields[5])) {
                    return new CodeDeployArn(new Scope(fields[3], fields[4]), each, fields[6]);
                }
            }
        }
        throw new IllegalArgumentException("Not an ARN of CodeDeploy: " + text);
    }

    @Override
    public int compareTo(CodeDeployArn other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return "arn:aws:codedeploy:%s:%s:%s:%s"
                .formatted(scope.region(), scope.account(), kind.text, name);
    }
}

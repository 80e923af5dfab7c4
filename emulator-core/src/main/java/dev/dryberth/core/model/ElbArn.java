package dev.dryberth.core.model;

import java.util.List;

/**
 * A parsed ARN of Elastic Load Balancing v2. The ARNs of what belongs to a load balancer begin with
 * the load balancer's own parts and are ordered by them, so a table keeps them side by side.
 */
public sealed interface ElbArn extends Comparable<ElbArn>
        permits LoadBalancerArn, ListenerArn, RuleArn, TargetGroupArn, TrustStoreArn {

    Scope scope();

    /** What stands behind the account: {@code targetgroup/web/0123456789abcdef}. */
    String resource();

    default String text() {
        return "arn:aws:elasticloadbalancing:"
                + scope().region()
                + ":"
                + scope().account()
                + ":"
                + resource();
    }

    @Override
    default int compareTo(ElbArn other) {
        int byScope = scope().compareTo(other.scope());
        return byScope != 0 ? byScope : resource().compareTo(other.resource());
    }

    /**
     * Splits an ARN's text into its scope and the parts of its resource.
     *
     * @throws IllegalArgumentException when it is no ARN of this service, or none of {@code length}
     *     parts that begin with {@code kind}
     */
    static Parts split(String text, String kind, int length) {
        String[] fields = text.split(":", 6);
        if (fields.length == 6
                && fields[0].equals("arn")
                && fields[2].equals("elasticloadbalancing")) {
            List<String> path = List.of(fields[5].split("/", -1));
            if (path.size() == length && path.getFirst().equals(kind)) {
                return new Parts(new Scope(fields[3], fields[4]), path);
            }
        }
        throw new IllegalArgumentException("Not a " + kind + " ARN: " + text);
    }

    /** The pieces of an ARN: {@code path} is the resource split at its slashes. */
    record Parts(Scope scope, List<String> path) {

        LoadBalancerArn loadBalancer() {
            return new LoadBalancerArn(
                    scope, LoadBalancer.Type.ofArn(path.get(1)), path.get(2), path.get(3));
        }
    }
}

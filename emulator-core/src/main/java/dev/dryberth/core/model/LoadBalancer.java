package dev.dryberth.core.model;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * An application or network load balancer.
 *
 * @param address its own in 127.0.0.0/8, on which its listeners bind their ports
 * @param privateLinkRules {@code on} or {@code off}: whether a network load balancer's security
 *     groups hold for PrivateLink too; null where that was never set
 * @param attributes those that were set; all others have their defaults
 */
public record LoadBalancer(
        LoadBalancerArn arn,
        String dnsName,
        String address,
        Scheme scheme,
        String vpcId,
        List<Zone> zones,
        List<String> securityGroups,
        @Nullable String privateLinkRules,
        Map<String, String> attributes,
        Instant createdAt,
        List<Tag> tags) {

    /** The two kinds of load balancer there are here. */
    public enum Type {
        APPLICATION("app"),
        NETWORK("net");

        private final String inArn;

        Type(String inArn) {
            this.inArn = inArn;
        }

        /** How an ARN names the type: {@code app} or {@code net}. */
        public String inArn() {
            return inArn;
        }

        static Type ofArn(String text) {
            for (Type type : values()) {
                if (type.inArn.equals(text)) {
                    return type;
                }
            }
            throw new IllegalArgumentException(
                    "type of load balancer: " + text + " (expected: app or net)");
        }
    }

    /** From where clients may come, as AWS's names have it; here all come from this machine. */
    public enum Scheme {
        INTERNET_FACING,
        INTERNAL
    }

    /** A zone it is enabled in, by the subnet that stands for it. */
    public record Zone(String name, String subnetId, @Nullable String privateAddress) {}

    public boolean isApplication() {
        return arn.type() == Type.APPLICATION;
    }

    public LoadBalancer inZones(List<Zone> next) {
        return new LoadBalancer(
                arn,
                dnsName,
                address,
                scheme,
                vpcId,
                next,
                securityGroups,
                privateLinkRules,
                attributes,
                createdAt,
                tags);
    }

    public LoadBalancer withSecurityGroups(List<String> next, @Nullable String rules) {
        return new LoadBalancer(
                arn,
                dnsName,
                address,
                scheme,
                vpcId,
                zones,
                next,
                rules,
                attributes,
                createdAt,
                tags);
    }

    public LoadBalancer withAttributes(Map<String, String> next) {
        return new LoadBalancer(
                arn,
                dnsName,
                address,
                scheme,
                vpcId,
                zones,
                securityGroups,
                privateLinkRules,
                next,
                createdAt,
                tags);
    }

    public LoadBalancer withTags(List<Tag> next) {
        return new LoadBalancer(
                arn,
                dnsName,
                address,
                scheme,
                vpcId,
                zones,
                securityGroups,
                privateLinkRules,
                attributes,
                createdAt,
                next);
    }
}

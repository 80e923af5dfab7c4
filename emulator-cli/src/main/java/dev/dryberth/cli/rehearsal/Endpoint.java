package dev.dryberth.cli.rehearsal;

import com.fasterxml.jackson.databind.JsonNode;

/** A daemon's API, JSON in and out. Any thread. */
public interface Endpoint {

    /** An operation of a service with AWS's JSON protocol. */
    JsonNode call(AwsApi api, String operation, JsonNode body);

    /** An operation of ELBv2, with its members as a form. */
    JsonNode elb(String operation, String form);

    /** One of the daemon's own pages. */
    JsonNode page(String path);

    /** One of the daemon's own pages that is not JSON. */
    String text(String path);

    /** AWS's JSON APIs that a rehearsal needs, by their target prefix. */
    enum AwsApi {
        ECS("AmazonEC2ContainerServiceV20141113", "ecs"),
        CLOUDWATCH("GraniteServiceVersion20100801", "monitoring"),
        ACM("CertificateManager", "acm");

        private final String target;
        private final String signingName;

        AwsApi(String target, String signingName) {
            this.target = target;
            this.signingName = signingName;
        }

        public String target() {
            return target;
        }

        /** As the scope of a signature names it. */
        public String signingName() {
            return signingName;
        }
    }
}

package dev.dryberth.api.aws;

import java.util.concurrent.CompletionStage;

/** What the daemon tells and does about itself, under {@code /_dryberth/}. Never waits. */
public interface Admin {

    Health health();

    /** Removes every resource, task and container; completes when they are gone. */
    CompletionStage<?> reset();

    /** The VPCs, subnets and security groups there are, as a JSON document. */
    CompletionStage<byte[]> network();

    /** What the load balancers carried so far, in Prometheus' text format. */
    String metrics();

    /** The certificate of the authority that issues certificates here, as PEM; made if need be. */
    CompletionStage<String> authority();

    /** Whether requests are served, and by what; the runtime is docker or simulated. */
    record Health(boolean ready, String version, String runtime) {}
}

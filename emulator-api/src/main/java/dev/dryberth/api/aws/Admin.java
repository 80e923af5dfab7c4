package dev.dryberth.api.aws;

import dev.dryberth.core.model.ServiceArn;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** What the daemon tells and does about itself, under {@code /_dryberth/}. Never waits. */
public interface Admin {

    Health health();

    /** Removes every resource, task and container; completes when they are gone. */
    CompletionStage<?> reset();

    /** The VPCs, subnets and security groups there are, as a JSON document. */
    CompletionStage<byte[]> network();

    /** The load balancers, with what is open and what is healthy, as a JSON document. */
    CompletionStage<byte[]> loadBalancers();

    /** Why a service is in the state it is, as a JSON document; empty: there is no such service. */
    CompletionStage<Optional<byte[]>> explain(ServiceArn service);

    /**
     * How far a service's newest roll-out is, as a JSON document; empty: there is no such service.
     */
    CompletionStage<Optional<byte[]>> deployment(ServiceArn service);

    /** What the load balancers carried so far, in Prometheus' text format. */
    String metrics();

    /** The certificate of the authority that issues certificates here, as PEM; made if need be. */
    CompletionStage<String> authority();

    /**
     * The key by which a target verifies the header x-amzn-oidc-data, as PEM.
     *
     * @param id what the header's token has as {@code kid}; empty: there is no such key
     */
    CompletionStage<Optional<String>> publicKey(String id);

    /** Whether requests are served, and by what; the runtime is docker or simulated. */
    record Health(boolean ready, String version, String runtime) {}
}

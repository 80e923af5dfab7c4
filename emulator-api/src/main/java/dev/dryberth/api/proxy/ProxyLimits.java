package dev.dryberth.api.proxy;

import java.time.Duration;

/**
 * What the data plane lets clients and targets take. Timeouts of sockets: none passes through the
 * clock's speed.
 *
 * @param networkThreads each with its own clients and its own connections to targets
 * @param maxConnections of clients, over all load balancers; beyond it a new one is closed at once
 * @param maxDatagramFlows of one UDP port; beyond it the one that was still for longest goes
 * @param maxRequestLineBytes beyond it 414
 * @param maxHeaderBytes one header; beyond it 400
 * @param maxHeadersBytes all headers together; beyond it 400
 * @param maxPipelinedParts of requests read before their turn
 * @param connectTimeout to a target; beyond it 504
 * @param maxIdleUpstreams kept ready per target and thread
 * @param upstreamIdleTimeout after which a ready connection is closed
 * @param lingerTimeout for which a client may go on sending after its last answer
 * @param drainTimeout for requests in hand when the data plane closes
 * @param sweepInterval between two looks at all deadlines
 * @param maxQueuedLogLines not yet written; beyond it lines are dropped and counted
 * @param maxFunctionBytes of requests to Lambda functions in hand, all together; beyond it 503
 */
public record ProxyLimits(
        int networkThreads,
        int maxConnections,
        int maxDatagramFlows,
        int maxRequestLineBytes,
        int maxHeaderBytes,
        int maxHeadersBytes,
        int maxPipelinedParts,
        Duration connectTimeout,
        int maxIdleUpstreams,
        Duration upstreamIdleTimeout,
        Duration lingerTimeout,
        Duration drainTimeout,
        Duration sweepInterval,
        int maxQueuedLogLines,
        long maxFunctionBytes) {

    private static final int MAX_NETWORK_THREADS = 4;

    public static final ProxyLimits DEFAULT =
            new ProxyLimits(
                    Math.min(Runtime.getRuntime().availableProcessors(), MAX_NETWORK_THREADS),
                    20_000,
                    4096,
                    16 * 1024,
                    16 * 1024,
                    64 * 1024,
                    16,
                    Duration.ofSeconds(10),
                    256,
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(5),
                    Duration.ofMillis(250),
                    10_000,
                    64L * 1024 * 1024);
}

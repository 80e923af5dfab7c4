package dev.dryberth.core.model;

import java.time.Instant;
import java.util.List;

/**
 * The memory of an idempotent request: the same token with the same request answers the same
 * resources until it expires.
 *
 * @param key operation, scope, cluster and token
 * @param requestDigest tells a repeated request from a different one
 */
public record ClientToken(
        String key, String requestDigest, List<String> resources, Instant expiresAt) {}

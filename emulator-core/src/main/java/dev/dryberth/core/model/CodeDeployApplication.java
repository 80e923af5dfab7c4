package dev.dryberth.core.model;

import java.time.Instant;

/**
 * What deployment groups belong to.
 *
 * @param id a UUID
 */
public record CodeDeployApplication(CodeDeployArn arn, String id, Instant createdAt) {}

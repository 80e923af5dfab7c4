package dev.dryberth.core.model;

import java.time.Duration;
import java.time.Instant;

/**
 * How traffic moves from the original task set to its replacement.
 *
 * @param id a UUID
 * @param percent what moves first (CANARY) or each time (LINEAR); 100 for all at once
 * @param interval the wait after each step but the last
 */
public record CodeDeployConfig(
        CodeDeployArn arn,
        String id,
        Shift.Strategy strategy,
        int percent,
        Duration interval,
        Instant createdAt) {}

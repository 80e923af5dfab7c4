package dev.dryberth.core.model;

import java.time.Duration;
import java.util.List;

/** When a container that exited is started again without the task leaving RUNNING. */
public record RestartPolicy(List<Integer> ignoredExitCodes, Duration attemptPeriod) {}

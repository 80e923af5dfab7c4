package dev.dryberth.core.placement;

/**
 * Why a place does not take a task.
 *
 * @param place an instance's ARN, or a subnet's id
 * @param reason in AWS's words: {@code RESOURCE:MEMORY}
 */
public record Veto(String place, String reason) {}

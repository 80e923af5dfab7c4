package dev.dryberth.core.function;

import org.jspecify.annotations.Nullable;

/**
 * What became of a call, for who wants to know more than that.
 *
 * @param logTail the end of its log; null: it was not asked for, or there is none
 */
@SuppressWarnings("ArrayRecordComponent") // handed on as it came, never compared
public record Called(Invocation what, byte @Nullable [] logTail) {}

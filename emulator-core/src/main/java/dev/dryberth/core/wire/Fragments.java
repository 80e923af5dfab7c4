package dev.dryberth.core.wire;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.core.SdkPojo;

/**
 * Bytes already known for a value. {@link SdkJson} asks for the members of what it writes and for
 * the elements of its lists, but not below: a DescribeTasks answer whose tasks are all known is
 * then little more than a copy. The values must be immutable, and the bytes what {@link
 * SdkJson#toBytes} made of them. Called on whichever thread writes.
 */
@FunctionalInterface
public interface Fragments {

    Fragments NONE = value -> null;

    byte @Nullable [] of(SdkPojo value);
}

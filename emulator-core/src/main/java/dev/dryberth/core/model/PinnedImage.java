package dev.dryberth.core.model;

import org.jspecify.annotations.Nullable;

/**
 * The very image that a container of every task of a service revision is made from, whatever its
 * name has come to mean since.
 *
 * @param imageId the runtime's own id of it, {@code sha256:…}
 * @param digest by which the registry of its name knows it, {@code sha256:…}; null: it never saw
 *     one
 */
public record PinnedImage(String container, String imageId, @Nullable String digest) {}

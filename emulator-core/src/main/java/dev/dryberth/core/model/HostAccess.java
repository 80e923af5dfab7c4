package dev.dryberth.core.model;

import java.util.List;

/**
 * What containers may touch of the developer's machine. Both default to nothing, because whoever
 * reaches the API could otherwise own the machine.
 *
 * @param allowedMounts absolute directories below which bind mounts are allowed
 * @param allowPrivileged whether containers may ask for {@code privileged}
 */
public record HostAccess(List<String> allowedMounts, boolean allowPrivileged) {

    public static final HostAccess NONE = new HostAccess(List.of(), false);
}

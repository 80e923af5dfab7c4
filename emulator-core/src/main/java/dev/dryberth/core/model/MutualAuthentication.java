package dev.dryberth.core.model;

import org.jspecify.annotations.Nullable;

/**
 * What a listener asks of its clients' certificates.
 *
 * @param trustStore whose authorities vouch for clients; null unless they are verified
 * @param ignoresExpiry whether a certificate past its time is let in
 * @param advertisesAuthorities whether clients are told whom the trust store holds
 */
public record MutualAuthentication(
        Mode mode,
        @Nullable TrustStoreArn trustStore,
        boolean ignoresExpiry,
        boolean advertisesAuthorities) {

    /** What becomes of a client's certificate. */
    public enum Mode {
        OFF,
        /** Targets are told of it; nobody checks it. */
        PASSTHROUGH,
        /** Without a good one nobody comes in. */
        VERIFY
    }

    public static final MutualAuthentication OFF =
            new MutualAuthentication(Mode.OFF, null, false, false);
}

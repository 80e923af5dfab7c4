package dev.dryberth.api.ecs;

import dev.dryberth.core.wire.SdkJson;

import software.amazon.awssdk.core.SdkPojo;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Tells a repeated request from a different one under the same client token. */
final class RequestDigest {

    private RequestDigest() {}

    static String of(SdkPojo request) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256").digest(SdkJson.toBytes(request)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}

package dev.dryberth.api.aws;

import dev.dryberth.core.model.Scope;

import java.util.List;

/**
 * How the front treats requests.
 *
 * @param defaultScope for requests that are not signed, or whose access key is not an account
 * @param allowedHosts names beside loopback that Host and Origin may have
 */
public record AwsSettings(Scope defaultScope, List<String> allowedHosts) {

    public static final AwsSettings DEFAULT =
            new AwsSettings(new Scope("us-east-1", "000000000000"), List.of());
}

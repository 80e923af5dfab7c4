package dev.dryberth.api.aws;

import dev.dryberth.api.http.Request;
import dev.dryberth.core.model.Caller;
import dev.dryberth.core.model.Scope;

import org.jspecify.annotations.Nullable;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a request's signature says about itself: {@code AKID/20260101/us-east-1/ecs/aws4_request}.
 * The signature is not verified; nobody's secrets are known here.
 */
record CredentialScope(String accessKey, @Nullable String region, String service) {

    private static final String CREDENTIAL = "Credential=";
    private static final String QUERY_CREDENTIAL = "X-Amz-Credential=";
    private static final Pattern ACCOUNT = Pattern.compile("[0-9]{12}");
    private static final Pattern REGION = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final int WITH_REGION = 5;
    private static final int BAD_REQUEST = 400;

    /** Absent when the request is not signed. */
    static @Nullable CredentialScope of(Request request) throws RefusedCall {
        String authorization = request.headers().first("authorization");
        if (authorization != null && authorization.startsWith("AWS4-")) {
            String credential = parameter(authorization, CREDENTIAL, ',');
            if (credential == null) {
                throw incomplete(
                        "Authorization header requires 'Credential' parameter. Authorization="
                                + authorization);
            }
            return parse(credential.trim(), authorization.startsWith("AWS4-ECDSA"));
        }
        String query = request.query();
        String presigned = query == null ? null : parameter(query, QUERY_CREDENTIAL, '&');
        if (presigned == null) {
            return null;
        }
        try {
            return parse(URLDecoder.decode(presigned, StandardCharsets.UTF_8), false);
        } catch (IllegalArgumentException badEscape) {
            throw incomplete("X-Amz-Credential is not well encoded: " + presigned);
        }
    }

    private static @Nullable String parameter(String text, String name, char end) {
        int start = text.indexOf(name);
        if (start < 0) {
            return null;
        }
        int stop = text.indexOf(end, start);
        return text.substring(start + name.length(), stop < 0 ? text.length() : stop);
    }

    /** The asymmetric signature (ECDSA) is good in many regions, and its scope names none. */
    private static CredentialScope parse(String credential, boolean asymmetric) throws RefusedCall {
        List<String> parts = List.of(credential.split("/", -1));
        if (parts.size() != (asymmetric ? WITH_REGION - 1 : WITH_REGION)) {
            throw incomplete(
                    "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '%s'"
                            .formatted(credential));
        }
        String region = asymmetric ? null : parts.get(2);
        if (region != null && !REGION.matcher(region).matches()) {
            throw incomplete("Credential should be scoped to a valid region, got '" + region + "'");
        }
        return new CredentialScope(parts.get(0), region, parts.get(parts.size() - 2));
    }

    /** An access key of twelve digits is the account; others belong to the default account. */
    Caller caller(Scope byDefault) {
        return Caller.rootOf(
                new Scope(
                        region == null ? byDefault.region() : region,
                        ACCOUNT.matcher(accessKey).matches() ? accessKey : byDefault.account()));
    }

    private static RefusedCall incomplete(String message) {
        return new RefusedCall(BAD_REQUEST, "IncompleteSignatureException", message);
    }
}

package dev.dryberth.api.oidc;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;

import dev.dryberth.core.wire.SdkJson;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;

/**
 * The header x-amzn-oidc-data: a user's claims as a signed JSON Web Token. Stateless; any thread.
 *
 * <p>As AWS's, it is no token a library would make: its Base64 is padded, and issuer, client and
 * expiry stand in its header. Issuer and expiry are among the claims too, where libraries look for
 * them. A library for tokens is therefore not used; what there is to do are two JSON objects and
 * one call of the JDK.
 */
public final class ClaimsToken {

    /** How long AWS's are good. [?] */
    private static final Duration LIFETIME = Duration.ofMinutes(2);

    private ClaimsToken() {}

    /**
     * Makes one.
     *
     * @param signer the load balancer's ARN
     */
    public static String of(
            SessionKeys keys,
            String signer,
            String issuer,
            String clientId,
            UserSession user,
            Instant now) {
        long expires = now.plus(LIFETIME).getEpochSecond();
        Base64.Encoder base64 = Base64.getUrlEncoder();
        String content =
                base64.encodeToString(header(keys.id(), signer, issuer, clientId, expires))
                        + "."
                        + base64.encodeToString(payload(user.claims(), issuer, expires));
        byte[] signature = keys.sign(content.getBytes(StandardCharsets.US_ASCII));
        return content + "." + base64.encodeToString(signature);
    }

    private static byte[] header(
            String keyId, String signer, String issuer, String clientId, long expires) {
        return object(out -> {
            out.writeStringField("typ", "JWT");
            out.writeStringField("kid", keyId);
            out.writeStringField("alg", "ES256");
            out.writeStringField("iss", issuer);
            out.writeStringField("client", clientId);
            out.writeStringField("signer", signer);
            out.writeNumberField("exp", expires);
        });
    }

    private static byte[] payload(String claims, String issuer, long expires) {
        return object(out -> {
            try (JsonParser in = SdkJson.JSON.createParser(claims)) {
                in.nextToken();
                while (in.nextToken() != JsonToken.END_OBJECT) {
                    String name = in.currentName();
                    in.nextToken();
                    if (name.equals("exp") || name.equals("iss")) {
                        in.skipChildren();
                    } else {
                        out.writeFieldName(name);
                        out.copyCurrentStructure(in);
                    }
                }
            }
            out.writeNumberField("exp", expires);
            out.writeStringField("iss", issuer);
        });
    }

    private interface Members {
        void write(JsonGenerator out) throws IOException;
    }

    private static byte[] object(Members members) {
        try (ByteArrayBuilder bytes = new ByteArrayBuilder();
                JsonGenerator out = SdkJson.JSON.createGenerator(bytes)) {
            out.writeStartObject();
            members.write(out);
            out.writeEndObject();
            out.flush();
            return bytes.toByteArray();
        } catch (IOException impossible) {
            throw new UncheckedIOException("The claims were read before", impossible);
        }
    }
}

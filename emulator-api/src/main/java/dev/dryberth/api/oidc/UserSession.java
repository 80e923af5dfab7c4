package dev.dryberth.api.oidc;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;

import dev.dryberth.core.wire.SdkJson;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;

/**
 * Somebody who is logged in, as the cookie that a browser keeps for us has it.
 *
 * @param claims the user info endpoint's answer, a JSON object
 * @param refreshToken null: the provider gave none
 * @param accessExpires null: the provider did not say
 * @param expires when the user has to log in again, whatever the provider says
 */
public record UserSession(
        String subject,
        String claims,
        String accessToken,
        @Nullable String refreshToken,
        @Nullable Instant accessExpires,
        Instant expires) {

    /** Without tokens, which no log should show. */
    @Override
    public String toString() {
        return "UserSession[subject=" + subject + ", expires=" + expires + "]";
    }

    /** Whether the provider is to be asked again before the user may go on. */
    public boolean isStale(Instant now) {
        return refreshToken != null && accessExpires != null && !now.isBefore(accessExpires);
    }

    public byte[] toBytes() {
        try (ByteArrayBuilder bytes = new ByteArrayBuilder();
                JsonGenerator out = SdkJson.JSON.createGenerator(bytes)) {
            out.writeStartArray();
            out.writeString(subject);
            out.writeString(claims);
            out.writeString(accessToken);
            out.writeString(refreshToken);
            out.writeNumber(accessExpires == null ? 0 : accessExpires.getEpochSecond());
            out.writeNumber(expires.getEpochSecond());
            out.writeEndArray();
            out.flush();
            return bytes.toByteArray();
        } catch (IOException impossible) {
            throw new UncheckedIOException("Writing JSON to memory failed", impossible);
        }
    }

    /**
     * What {@link #toBytes} wrote.
     *
     * @return null: a Dryberth that kept sessions in another form wrote it
     */
    public static @Nullable UserSession of(byte[] bytes) {
        try (JsonParser in = SdkJson.JSON.createParser(bytes)) {
            in.nextToken();
            String subject = in.nextTextValue();
            String claims = in.nextTextValue();
            String accessToken = in.nextTextValue();
            String refreshToken = in.nextTextValue();
            long accessExpires = in.nextLongValue(-1);
            long expires = in.nextLongValue(-1);
            if (subject == null
                    || claims == null
                    || accessToken == null
                    || accessExpires < 0
                    || expires < 0
                    || in.nextToken() != JsonToken.END_ARRAY) {
                return null;
            }
            return new UserSession(
                    subject,
                    claims,
                    accessToken,
                    refreshToken,
                    accessExpires == 0 ? null : Instant.ofEpochSecond(accessExpires),
                    Instant.ofEpochSecond(expires));
        } catch (IOException otherForm) {
            return null;
        }
    }
}

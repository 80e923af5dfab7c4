package dev.dryberth.api.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.dryberth.core.runtime.SecretStore;
import dev.dryberth.core.wire.Pem;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;

class SessionKeysTest {

    private static final Instant NOW = Instant.parse("2026-11-01T10:15:30Z");
    private static final UserSession USER =
            new UserSession(
                    "u-1",
                    "{\"sub\":\"u-1\",\"name\":\"Käthe\",\"exp\":1,\"iss\":\"x\",\"roles\":[\"a\",{\"b\":1}]}",
                    "access",
                    "refresh",
                    NOW.plusSeconds(60),
                    NOW.plusSeconds(600));

    private final SessionKeys keys = new SessionKeys(SecretStore.inMemory());

    @Test
    void opensWhatItSealedForTheSamePurposeOnly() {
        String sealed = keys.seal("session", USER.toBytes());

        assertThat(keys.open("session", sealed)).isEqualTo(USER.toBytes());
        assertThat(UserSession.of(USER.toBytes())).isEqualTo(USER);
        assertThat(keys.open("state", sealed)).isNull();
        assertThat(new SessionKeys(SecretStore.inMemory()).open("session", sealed)).isNull();
        assertThat(sealed).matches("[A-Za-z0-9_-]+").doesNotContain("access");
        assertThat(keys.seal("session", USER.toBytes())).isNotEqualTo(sealed);
    }

    @Test
    void opensNothingThatWasChangedAnywhere() {
        String sealed = keys.seal("session", new byte[] {1, 2, 3});
        byte[] bytes = Base64.getUrlDecoder().decode(sealed);
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] ^= 1;
            String changed = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
            assertThat(keys.open("session", changed)).as("byte " + i).isNull();
            bytes[i] ^= 1;
        }
        for (int length = 0; length < sealed.length(); length++) {
            assertThat(keys.open("session", sealed.substring(0, length))).isNull();
        }
        assertThat(keys.open("session", "no base64!")).isNull();
    }

    @Test
    void keepsItsKeysInAFileOfItsOwners(@TempDir Path directory) throws IOException {
        Path state = directory.resolve("state");
        SessionKeys first = new SessionKeys(SecretStore.inFile(state, SessionKeys.FILE));
        String sealed = first.seal("p", new byte[] {7});
        SessionKeys again = new SessionKeys(SecretStore.inFile(state, SessionKeys.FILE));

        assertThat(again.open("p", sealed)).containsExactly(7);
        assertThat(again.publicKey(again.id())).isEqualTo(first.publicKey(first.id()));
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(state.resolve(SessionKeys.FILE))))
                .isEqualTo("rw-------");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nonsense", "a\nb\nc\nd\n"})
    void worksWithoutAFileItCannotRead(String content, @TempDir Path directory) throws IOException {
        Path file = directory.resolve(SessionKeys.FILE);
        Files.writeString(file, content);
        SessionKeys broken = new SessionKeys(SecretStore.inFile(directory, SessionKeys.FILE));

        assertThat(broken.open("p", broken.seal("p", new byte[] {7}))).containsExactly(7);
        assertThat(file).hasContent(content);
    }

    @Test
    void signsClaimsSoThatTheJdkVerifiesThem() throws Exception {
        String token = ClaimsToken.of(keys, "arn:lb", "https://idp", "shop", USER, NOW);

        String[] parts = token.split("\\.", -1);
        JsonNode header = json(parts[0]);
        JsonNode claims = json(parts[1]);
        long expires = NOW.plusSeconds(120).getEpochSecond();
        assertThat(header.toString())
                .isEqualTo(
                        "{\"typ\":\"JWT\",\"kid\":\"%s\",\"alg\":\"ES256\",\"iss\":\"https://idp\",\"client\":\"shop\",\"signer\":\"arn:lb\",\"exp\":%d}"
                                .formatted(keys.id(), expires));
        assertThat(claims.toString())
                .isEqualTo(
                        "{\"sub\":\"u-1\",\"name\":\"Käthe\",\"roles\":[\"a\",{\"b\":1}],\"exp\":%d,\"iss\":\"https://idp\"}"
                                .formatted(expires));
        assertThat(parts).allSatisfy(part -> assertThat(part.length() % 4).isZero());
        Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
        signature.initVerify(publicKey(keys, header.path("kid").textValue()));
        signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
        assertThat(signature.verify(Base64.getUrlDecoder().decode(parts[2]))).isTrue();
        assertThat(keys.publicKey("another")).isEmpty();
    }

    private static PublicKey publicKey(SessionKeys keys, String id) throws Exception {
        String pem = keys.publicKey(id).orElseThrow();
        return KeyFactory.getInstance("EC")
                .generatePublic(new X509EncodedKeySpec(Pem.blocks(pem).getFirst().bytes()));
    }

    private static JsonNode json(String part) throws IOException {
        return new ObjectMapper().readTree(Base64.getUrlDecoder().decode(part));
    }

    @Test
    void makesNoKeysForWhoOnlyAsksForOne(@TempDir Path directory) {
        SessionKeys unused = new SessionKeys(SecretStore.inFile(directory, SessionKeys.FILE));

        assertThat(unused.publicKey("any")).isEmpty();
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void readsNoSessionOfAnotherForm() {
        for (String other :
                new String[] {
                    "",
                    "{}",
                    "[]",
                    "[1,2,3,4,5,6]",
                    "[\"a\",\"{}\",\"b\",null,0]",
                    "[\"a\",\"{}\",\"b\",null,0,1,2]"
                }) {
            assertThat(UserSession.of(other.getBytes(StandardCharsets.UTF_8))).isNull();
        }
        UserSession plain = new UserSession("u", "{}", "a", null, null, NOW);
        assertThat(UserSession.of(plain.toBytes())).isEqualTo(plain);
        assertThat(plain.isStale(NOW.plusSeconds(1000))).isFalse();
        assertThat(USER.isStale(NOW.plusSeconds(59))).isFalse();
        assertThat(USER.isStale(NOW.plusSeconds(60))).isTrue();
        assertThat(USER.toString()).doesNotContain("access").doesNotContain("refresh");
    }
}

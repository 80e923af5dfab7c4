package dev.dryberth.core.balancing;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;

class StickinessTest {

    private static final Instant NOW = Instant.parse("2026-11-05T12:00:00Z");

    private final Stickiness cookies = new Stickiness(new byte[32]);
    private final String value = cookies.value("target tg-1", "i-1:80", NOW.plusSeconds(60), 1);

    @Test
    void namesWhatItWasMadeFor() {
        assertThat(cookies.named("target tg-1", value, NOW)).isEqualTo("i-1:80");
    }

    @Test
    void isNewEachTime() {
        assertThat(cookies.value("target tg-1", "i-1:80", NOW.plusSeconds(60), 2))
                .isNotEqualTo(value);
    }

    @Test
    void isWorthlessForAnythingElse() {
        assertThat(cookies.named("target tg-2", value, NOW)).isNull();
        assertThat(cookies.named("target tg-1", value, NOW.plusSeconds(60))).isNull();
        assertThat(new Stickiness(new byte[] {1}).named("target tg-1", value, NOW)).isNull();
    }

    @Test
    void isWorthlessWhenMadeUp() {
        byte[] changed = Base64.getDecoder().decode(value);
        changed[14] ^= 1;
        assertThat(cookies.named("target tg-1", Base64.getEncoder().encodeToString(changed), NOW))
                .isNull();
        String noSignature =
                Base64.getEncoder().encodeToString("short".getBytes(StandardCharsets.UTF_8));
        assertThat(cookies.named("target tg-1", noSignature, NOW)).isNull();
        assertThat(cookies.named("target tg-1", "not base64!", NOW)).isNull();
        assertThat(cookies.named("target tg-1", "A".repeat(2000), NOW)).isNull();
        assertThat(cookies.named("target tg-1", null, NOW)).isNull();
        String odd = cookies.value("a\nb", "c", NOW.plusSeconds(60), 1);
        assertThat(cookies.named("a", odd, NOW)).isNull();
    }

    @Test
    void setsAPairOfWhichOneServesOtherSites() {
        assertThat(Stickiness.pair("AWSALB", "AWSALBCORS", "v", NOW, Duration.ofDays(1)))
                .containsExactly(
                        "AWSALB=v; Expires=Fri, 06 Nov 2026 12:00:00 GMT; Path=/",
                        "AWSALBCORS=v; Expires=Fri, 06 Nov 2026 12:00:00 GMT; Path=/; SameSite=None; Secure");
    }

    @Test
    void setsFourChunksForTheApplicationsCookie() {
        assertThat(Stickiness.chunks("v", NOW, Duration.ofDays(1)))
                .containsExactly(
                        "AWSALBAPP-0=v; Expires=Fri, 06 Nov 2026 12:00:00 GMT; Path=/",
                        "AWSALBAPP-1=_remove_; Expires=Fri, 06 Nov 2026 12:00:00 GMT; Path=/",
                        "AWSALBAPP-2=_remove_; Expires=Fri, 06 Nov 2026 12:00:00 GMT; Path=/",
                        "AWSALBAPP-3=_remove_; Expires=Fri, 06 Nov 2026 12:00:00 GMT; Path=/");
    }

    @ParameterizedTest(name = "{0} in {1}: {2}")
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "A   | A=1            | 1",
                "A   | B=2; A=1; C=3  | 1",
                "A   | AA=1           | -",
                "A   | B=A=1          | -",
                "A   | A              | -",
                "A   | A=             | ''",
                "A   | A=x=y          | x=y",
                "A   | ;;A=1;         | 1"
            })
    void findsACookie(String name, String header, @Nullable String expected) {
        assertThat(Stickiness.cookie(List.of("Z=0", header), name)).isEqualTo(expected);
    }

    @Test
    void findsASetCookie() {
        assertThat(Stickiness.sets(List.of("B=1", " S=2; Path=/"), "S")).isTrue();
        assertThat(Stickiness.sets(List.of("SS=1"), "S")).isFalse();
        assertThat(Stickiness.sets(List.of("S"), "S")).isFalse();
        assertThat(Stickiness.sets(List.of(), "S")).isFalse();
    }
}

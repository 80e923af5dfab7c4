package dev.dryberth.core.balancing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.core.balancing.Desync.Mode;
import dev.dryberth.core.balancing.Desync.Rating;
import dev.dryberth.core.balancing.Desync.Verdict;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

class DesyncTest {

    @ParameterizedTest(name = "{0} CL {1} TE {2}: {3}")
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "POST | -     | -                  | COMPLIANT",
                "POST | 5     | -                  | COMPLIANT",
                "POST | -     | chunked            | COMPLIANT",
                "POST | -     | Chunked            | COMPLIANT",
                "GET  | -     | -                  | COMPLIANT",
                "GET  | 0     | -                  | ACCEPTABLE",
                "GET  | 5     | -                  | AMBIGUOUS",
                "HEAD | -     | chunked            | AMBIGUOUS",
                "POST | 5     | chunked            | AMBIGUOUS",
                "POST | x     | -                  | SEVERE",
                "POST | +5    | -                  | SEVERE",
                "POST | -5    | -                  | SEVERE",
                "POST | ''    | -                  | SEVERE",
                "POST | 5;5   | -                  | SEVERE",
                "POST | 5;6   | -                  | SEVERE",
                "POST | -     | xchunked           | SEVERE",
                "POST | -     | chunked, chunked   | SEVERE",
                "POST | -     | chunked;chunked    | SEVERE",
                "POST | -     | chunked, identity  | SEVERE",
                "POST | -     | identity           | SEVERE",
                "POST | -     | ''                 | SEVERE",
                "POST | -     | gzip, chunked      | UNKNOWN_CODING",
                "POST | -     | deflate            | UNKNOWN_CODING",
                "POST | -     | br                 | UNKNOWN_CODING",
                "POST | x     | gzip               | SEVERE"
            })
    void ratesTheFraming(
            String method, @Nullable String lengths, @Nullable String encodings, Rating rating) {
        assertThat(Desync.framing(method, values(lengths), values(encodings))).isEqualTo(rating);
    }

    private static List<String> values(@Nullable String text) {
        return text == null ? List.of() : List.of(text.split(";", -1));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "Content-Length,       COMPLIANT",
        "transfer-encoding,    COMPLIANT",
        "Transfer_Encoding,    AMBIGUOUS",
        "TransferEncoding,     AMBIGUOUS",
        "Content.Length,       AMBIGUOUS",
        "Content--Length,      AMBIGUOUS",
        "X-Content-Length,     COMPLIANT",
        "Accept,               COMPLIANT",
        "Access-Control-Request-Headers, COMPLIANT"
    })
    void suspectsNamesThatSomeReadersMightTakeForFraming(String name, Rating rating) {
        assertThat(Desync.headerName(name)).isEqualTo(rating);
    }

    @ParameterizedTest(name = "{0} in {1}: {2}")
    @CsvSource({
        "COMPLIANT,      MONITOR,   FORWARD",
        "COMPLIANT,      DEFENSIVE, FORWARD",
        "COMPLIANT,      STRICTEST, FORWARD",
        "ACCEPTABLE,     MONITOR,   FORWARD",
        "ACCEPTABLE,     DEFENSIVE, FORWARD",
        "ACCEPTABLE,     STRICTEST, REFUSE",
        "AMBIGUOUS,      MONITOR,   FORWARD",
        "AMBIGUOUS,      DEFENSIVE, FORWARD_AND_CLOSE",
        "AMBIGUOUS,      STRICTEST, REFUSE",
        "SEVERE,         MONITOR,   REFUSE",
        "SEVERE,         DEFENSIVE, REFUSE",
        "SEVERE,         STRICTEST, REFUSE",
        "UNKNOWN_CODING, MONITOR,   NOT_IMPLEMENTED",
        "UNKNOWN_CODING, DEFENSIVE, NOT_IMPLEMENTED",
        "UNKNOWN_CODING, STRICTEST, NOT_IMPLEMENTED"
    })
    void decidesByMode(Rating rating, Mode mode, Verdict verdict) {
        assertThat(Desync.verdict(rating, mode)).isEqualTo(verdict);
    }

    @Test
    void readsTheMode() {
        assertThat(Mode.parse(null)).isEqualTo(Mode.DEFENSIVE);
        assertThat(Mode.parse("monitor")).isEqualTo(Mode.MONITOR);
        assertThat(Mode.parse("strictest")).isEqualTo(Mode.STRICTEST);
        assertThat(Mode.parse("defensive")).isEqualTo(Mode.DEFENSIVE);
        assertThat(Desync.worse(Rating.SEVERE, Rating.COMPLIANT)).isEqualTo(Rating.SEVERE);
        assertThat(Desync.worse(Rating.COMPLIANT, Rating.SEVERE)).isEqualTo(Rating.SEVERE);
    }
}

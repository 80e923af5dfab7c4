package dev.dryberth.api.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import software.amazon.awssdk.services.ecs.model.InvalidParameterException;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

class PagingTest {

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void pagesTogetherAreTheWholeListWhateverTheirSizes(long seed) {
        Random random = new Random(seed);
        TreeSet<String> rows = new TreeSet<>();
        for (int i = random.nextInt(300); i >= 0; i--) {
            rows.add(Integer.toString(random.nextInt(1000), 36) + (i % 7 == 0 ? "é€" : ""));
        }
        List<String> shown = new ArrayList<>();
        String token = null;
        do {
            int size = 1 + random.nextInt(100);
            Paging.Page<String> page = Paging.upTo100("List", size, token).page(rows, row -> row);
            assertThat(page.items()).hasSizeLessThanOrEqualTo(size);
            shown.addAll(page.items());
            token = page.nextToken();
        } while (token != null);
        assertThat(shown).as("seed %d", seed).containsExactlyElementsOf(rows);
    }

    @Test
    void goesOnBehindARowThatWentAway() {
        String token = tokenAfterFirst("List");
        assertThat(Paging.upTo100("List", null, token).page(List.of("b", "c"), row -> row).items())
                .containsExactly("b", "c");
    }

    @Test
    void hasNoTokenWhenTheLastPageIsFull() {
        Paging.Page<String> page =
                Paging.upTo100("List", 2, null).page(List.of("a", "b"), row -> row);
        assertThat(page.nextToken()).isNull();
    }

    @Test
    void anEmptyTokenIsNone() {
        assertThat(Paging.upTo100("List", null, "").after()).isNull();
    }

    @Test
    void refusesEveryTokenWithOneCharacterChanged() {
        String token = tokenAfterFirst("List");
        for (int i = 0; i < token.length(); i++) {
            char changed = token.charAt(i) == 'A' ? 'B' : 'A';
            assertBadToken("List", token.substring(0, i) + changed + token.substring(i + 1));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"!", "AAAA", "AAAAAA", "not a token", "eyJhIjoxfQ=="})
    void refusesWhatIsNoToken(String token) {
        assertBadToken("List", token);
    }

    @Test
    void refusesATokenOfAnotherOperation() {
        assertBadToken("Other", tokenAfterFirst("List"));
    }

    @Test
    void refusesAnEndlessToken() {
        assertBadToken("List", "A".repeat(100_000));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 101})
    void refusesMaxResultsOutOfRange(int maxResults) {
        assertThatThrownBy(() -> Paging.upTo100("List", maxResults, null))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessage("maxResults must be between 1 and 100");
    }

    private static String tokenAfterFirst(String operation) {
        @Nullable String token =
                Paging.upTo100(operation, 1, null).page(List.of("a", "b"), row -> row).nextToken();
        assertThat(token).isNotNull();
        return token == null ? "" : token;
    }

    private static void assertBadToken(String operation, String token) {
        assertThatThrownBy(() -> Paging.upTo100(operation, null, token))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessage("Invalid token");
    }
}

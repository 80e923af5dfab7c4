package dev.dryberth.core.runtime.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dryberth.core.model.Scope;
import dev.dryberth.core.model.Tag;
import dev.dryberth.core.state.Table;
import dev.dryberth.core.state.World;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.Random;

final class RecordCodecTest {

    private static final int SAMPLES_OF_EACH = 50;

    @Test
    void everyRowOfEveryTableComesBackEqual() throws Exception {
        for (Table<?, ?> table : new World().tables()) {
            for (int seed = 0; seed < SAMPLES_OF_EACH; seed++) {
                Record row = new Samples(new Random(seed), seed % 2 == 1).of(table.type());
                byte[] json = RecordCodec.encode(row);

                assertThat(RecordCodec.decode(json, table.type()))
                        .as("%s, seed %d: %s", table.name(), seed, text(json))
                        .isEqualTo(row);
            }
        }
    }

    @Test
    void aMemberItDoesNotKnowIsRefused() {
        assertThatThrownBy(() ->
                        RecordCodec.decode(
                                bytes("{\"key\":\"a\",\"value\":\"b\",\"extra\":1}"), Tag.class))
                .hasMessage("Tag has no component extra");
    }

    @Test
    void aMissingMemberIsRefused() {
        assertThatThrownBy(() -> RecordCodec.decode(bytes("{\"region\":\"r\"}"), Scope.class))
                .hasMessage("Scope lacks its account");
    }

    @Test
    void aValueOfTheWrongTypeIsRefused() {
        assertThatThrownBy(() -> RecordCodec.decode(bytes("{\"key\":7}"), Tag.class))
                .hasMessage("found VALUE_NUMBER_INT (expected: VALUE_STRING)");
    }

    private static byte[] bytes(String json) {
        return json.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] json) {
        return new String(json, StandardCharsets.UTF_8);
    }
}

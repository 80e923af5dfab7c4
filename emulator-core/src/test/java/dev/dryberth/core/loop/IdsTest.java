package dev.dryberth.core.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.Random;
import java.util.UUID;

class IdsTest {

    @Test
    void idsHaveTheShapesOfAws() {
        Ids ids = new Ids(new Random(1));

        for (int i = 0; i < 1_000; i++) {
            assertThat(ids.hex32()).matches("[0-9a-f]{32}");
            assertThat(ids.hex17()).matches("[0-9a-f]{17}");
            UUID uuid = UUID.fromString(ids.uuid());
            assertThat(uuid.version()).isEqualTo(4);
            assertThat(uuid.variant()).isEqualTo(2);
        }
    }

    @Test
    void theSameRandomnessMakesTheSameIds() {
        Ids one = new Ids(new Random(7));
        Ids other = new Ids(new Random(7));

        assertThat(one.hex32()).isEqualTo(other.hex32()).isNotEqualTo(one.hex32());
        assertThat(one.random().nextLong()).isNotZero();
    }
}

package dev.dryberth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class StateDirectoryTest {

    @TempDir private Path directory;

    @Test
    void theIdIsMadeOnceAndKept() {
        Path fresh = directory.resolve("not/there/yet");
        String id = StateDirectory.instanceId(fresh);

        assertThat(id).matches("[0-9a-f]{12}");
        assertThat(StateDirectory.instanceId(fresh)).isEqualTo(id);
        assertThat(fresh).isDirectoryContaining(file -> file.endsWith("instance"));
    }

    /** Everything of a daemon without an id would be found under nobody's label. */
    @Test
    void anIdThatWasCutOffIsMadeAnew() throws IOException {
        Files.writeString(directory.resolve("instance"), "");

        assertThat(StateDirectory.instanceId(directory)).matches("[0-9a-f]{12}");
    }
}

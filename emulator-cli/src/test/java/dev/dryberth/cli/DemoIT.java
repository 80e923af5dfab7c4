package dev.dryberth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.File;
import java.nio.charset.StandardCharsets;

/** The first command of the README, as a newcomer types it. */
final class DemoIT {

    @Test
    void aContainerAnswersAndTheCommandEndsWell() throws Exception {
        Process demo =
                new ProcessBuilder("../dryberth", "demo", "--exit")
                        .redirectErrorStream(true)
                        .redirectInput(new File("/dev/null"))
                        .start();
        String output = new String(demo.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(output)
                .contains("/ answered: Hello from ")
                .contains("its sidecar reached it on 127.0.0.1 too")
                .contains("the task is STOPPED, app exited with 143");
        assertThat(demo.waitFor()).isZero();
    }
}

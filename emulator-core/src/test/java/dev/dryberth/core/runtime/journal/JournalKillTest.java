package dev.dryberth.core.runtime.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.core.model.Family;
import dev.dryberth.core.model.Scope;
import dev.dryberth.core.runtime.journal.SqliteJournal.Sync;
import dev.dryberth.core.state.Change;
import dev.dryberth.core.state.World;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Kills a process that appends, at random moments, and looks for what it had acknowledged. */
@Timeout(120)
final class JournalKillTest {

    private static final Scope SCOPE = new Scope("eu-west-1", "123456789012");
    private static final int KILLS = 5;

    private static String library;

    @TempDir Path directory;

    @BeforeAll
    static void unpackLibrary() throws IOException {
        library = UnpackedSqlite.use();
    }

    @Test
    void everyAcknowledgedRowSurvivesKillDashNine() throws Exception {
        long seed = Long.getLong("seed", new Random().nextLong());
        Random random = new Random(seed);
        int acknowledged = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            acknowledged = appendUntilKilled(acknowledged, 1 + random.nextInt(400));
            World world = restored();

            int kept = world.families().size();
            assertThat(kept)
                    .as("seed %d, kill %d", seed, kill)
                    .isGreaterThanOrEqualTo(acknowledged);
            for (int i = 0; i < kept; i++) {
                assertThat(world.families().get(new Family.Key(SCOPE, name(i))))
                        .isEqualTo(new Family(SCOPE, name(i), i));
            }
            acknowledged = kept;
        }
    }

    /**
     * Kills the appender after it said {@code lines} numbers; returns how many rows it said are
     * kept.
     */
    private int appendUntilKilled(int first, int lines) throws IOException, InterruptedException {
        Process appender =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-XX:TieredStopAtLevel=1",
                                library,
                                "-cp",
                                System.getProperty("java.class.path"),
                                Appender.class.getName(),
                                directory.toString(),
                                Integer.toString(first))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        int acknowledged = first;
        try (BufferedReader out =
                new BufferedReader(
                        new InputStreamReader(appender.getInputStream(), StandardCharsets.UTF_8))) {
            for (int i = 0; i < lines; i++) {
                String line = out.readLine();
                assertThat(line).as("the appender must not end by itself").isNotNull();
                acknowledged = Integer.parseInt(line);
            }
            // Through its handle, because Process itself would close the pipe too.
            appender.toHandle().destroyForcibly();
            // What it said in its last moments counts too; a torn last line does not.
            String line = out.readLine();
            while (line != null && line.length() == Appender.DIGITS) {
                acknowledged = Integer.parseInt(line);
                line = out.readLine();
            }
        }
        appender.waitFor();
        return acknowledged;
    }

    private World restored() throws IOException {
        World world = new World();
        try (SqliteJournal journal = SqliteJournal.open(directory, Sync.NORMAL)) {
            journal.restore(world);
        }
        return world;
    }

    private static String name(int number) {
        return "family-" + number;
    }

    /** The process that is killed: appends rows for ever and says how many are kept. */
    static final class Appender {

        static final int DIGITS = 9;
        private static final int ROWS_OF_A_COMMIT = 3;

        private Appender() {}

        public static void main(String[] arguments) throws IOException {
            PrintStream out = System.out;
            SqliteJournal journal = SqliteJournal.open(Path.of(arguments[0]), Sync.NORMAL);
            journal.restore(new World());
            int next = Integer.parseInt(arguments[1]);
            while (true) {
                List<Change> changes = new ArrayList<>();
                for (int i = 0; i < ROWS_OF_A_COMMIT; i++) {
                    Family family = new Family(SCOPE, name(next), next);
                    changes.add(new Change("family", family.key().toString(), family));
                    next++;
                }
                journal.append(changes);
                out.printf("%0" + DIGITS + "d%n", next);
                out.flush();
            }
        }
    }
}

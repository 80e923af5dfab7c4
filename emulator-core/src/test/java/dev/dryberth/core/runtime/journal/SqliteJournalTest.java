package dev.dryberth.core.runtime.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dryberth.core.model.Alarm;
import dev.dryberth.core.model.AlarmHistoryItem;
import dev.dryberth.core.model.Certificate;
import dev.dryberth.core.model.Family;
import dev.dryberth.core.model.Listener;
import dev.dryberth.core.model.ListenerRule;
import dev.dryberth.core.model.LoadBalancer;
import dev.dryberth.core.model.Scope;
import dev.dryberth.core.model.ServiceEvent;
import dev.dryberth.core.model.Target;
import dev.dryberth.core.model.TargetGroup;
import dev.dryberth.core.model.TrustStore;
import dev.dryberth.core.runtime.journal.SqliteJournal.Sync;
import dev.dryberth.core.state.Change;
import dev.dryberth.core.state.Table;
import dev.dryberth.core.state.World;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

final class SqliteJournalTest {

    private static final Scope SCOPE = new Scope("eu-west-1", "123456789012");

    @TempDir Path directory;

    @BeforeAll
    static void unpackLibrary() throws IOException {
        UnpackedSqlite.use();
    }

    @ParameterizedTest
    @EnumSource
    void restoresEveryRowOfEveryTable(Sync sync) throws Exception {
        List<Change> changes = sampleOfEveryTable();
        try (SqliteJournal journal = SqliteJournal.open(directory, sync)) {
            journal.append(changes);
        }

        assertThat(rowsOf(restored())).containsExactlyInAnyOrderElementsOf(changes);
    }

    @Test
    void theMemoryOnlyJournalRestoresTheSame() throws Exception {
        List<Change> changes = sampleOfEveryTable();
        World world = new World();
        EncodedJournal journal = new EncodedJournal();
        journal.append(changes);
        journal.restore(world);

        assertThat(rowsOf(world)).containsExactlyInAnyOrderElementsOf(changes);
    }

    @Test
    void keepsTheLastValueOfARowAcrossAndWithinCommitsAndRestarts() throws Exception {
        try (SqliteJournal journal = SqliteJournal.open(directory, Sync.NORMAL)) {
            journal.append(List.of(family("a", 1), family("b", 1), family("a", 2)));
            journal.append(List.of(family("a", 3), gone("b"), family("c", 1), gone("c")));
            journal.append(List.of(gone("never was")));
        }
        assertThat(rowsOf(restored())).containsExactly(family("a", 3));

        try (SqliteJournal journal = SqliteJournal.open(directory, Sync.NORMAL)) {
            journal.restore(new World());
            journal.append(List.of(family("b", 9), family("a", 4)));
            journal.append(List.of(gone("a")));
        }
        assertThat(rowsOf(restored())).containsExactly(family("b", 9));
    }

    @Test
    void aSecondDaemonIsRefusedTheDirectoryAndToldWhoHasIt() throws Exception {
        try (SqliteJournal journal = SqliteJournal.open(directory, Sync.NORMAL)) {
            assertThatThrownBy(() -> SqliteJournal.open(directory, Sync.NORMAL))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(directory.toString())
                    .hasMessageContaining("process " + ProcessHandle.current().pid());
            journal.append(List.of(family("a", 1)));
        }
        assertThat(rowsOf(restored())).containsExactly(family("a", 1));
    }

    @Test
    void refusesAFileOfANewerVersionAndLeavesItAlone() throws Exception {
        SqliteJournal.open(directory, Sync.NORMAL).close();
        sql("PRAGMA user_version = 7");

        refusesToOpen("schema 7, expected: " + SqliteJournal.SCHEMA_VERSION);
        sql("PRAGMA user_version = " + SqliteJournal.SCHEMA_VERSION);
        SqliteJournal.open(directory, Sync.NORMAL).close();
    }

    @Test
    void refusesAForeignDatabase() throws Exception {
        sql("CREATE TABLE recipe(name TEXT)");

        refusesToOpen("is not a journal of Dryberth");
    }

    @Test
    void refusesAFileThatIsNoDatabase() throws Exception {
        Files.writeString(directory.resolve(SqliteJournal.FILE), "no database ".repeat(1000));

        refusesToOpen("is damaged and was not touched");
    }

    @Test
    void refusesAFileWithOverwrittenPages() throws Exception {
        try (SqliteJournal journal = SqliteJournal.open(directory, Sync.NORMAL)) {
            List<Change> many = new ArrayList<>();
            for (int i = 0; i < 2000; i++) {
                many.add(family("family-" + i, i));
            }
            journal.append(many);
        }
        try (FileChannel file =
                FileChannel.open(directory.resolve(SqliteJournal.FILE), StandardOpenOption.WRITE)) {
            byte[] noise = new byte[40_000];
            new Random(3).nextBytes(noise);
            file.write(ByteBuffer.wrap(noise), 4096);
        }

        assertThatThrownBy(this::restored)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is damaged and was not touched");
    }

    @Test
    void refusesARowOfAnUnknownKindAndNamesIt() throws Exception {
        SqliteJournal.open(directory, Sync.NORMAL).close();
        sql("INSERT INTO row(kind, key, value) VALUES ('spaceship', 'enterprise', '{}')");

        assertThatThrownBy(this::restored).hasMessageContaining("row spaceship enterprise");
    }

    @Test
    void refusesAnUnreadableRowAndNamesIt() throws Exception {
        SqliteJournal.open(directory, Sync.NORMAL).close();
        sql("INSERT INTO row(kind, key, value) VALUES ('family', '1/r/f', '{\"name\":')");

        assertThatThrownBy(this::restored)
                .hasMessageContaining("row family 1/r/f")
                .hasMessageContaining("{\"name\":");
    }

    @Test
    void refusesARowWhoseKeyIsBroken() throws Exception {
        SqliteJournal.open(directory, Sync.NORMAL).close();
        String value =
                new String(RecordCodec.encode(new Family(SCOPE, "f", 1)), StandardCharsets.UTF_8);
        sql("INSERT INTO row(kind, key, value) VALUES ('family', 'broken', '" + value + "')");

        assertThatThrownBy(this::restored).hasMessageContaining("row family broken");
    }

    private void refusesToOpen(String why) throws IOException {
        byte[] before = Files.readAllBytes(directory.resolve(SqliteJournal.FILE));
        assertThatThrownBy(() -> SqliteJournal.open(directory, Sync.NORMAL))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(why);
        assertThat(Files.readAllBytes(directory.resolve(SqliteJournal.FILE))).isEqualTo(before);
    }

    private void sql(String statement) throws SQLException {
        String url = "jdbc:sqlite:" + directory.resolve(SqliteJournal.FILE);
        try (Connection connection = DriverManager.getConnection(url);
                Statement execute = connection.createStatement()) {
            execute.execute(statement);
        }
    }

    private World restored() throws IOException {
        World world = new World();
        try (SqliteJournal journal = SqliteJournal.open(directory, Sync.NORMAL)) {
            journal.restore(world);
        }
        return world;
    }

    private static Change family(String name, int revision) {
        Family family = new Family(SCOPE, name, revision);
        return new Change("family", family.key().toString(), family);
    }

    private static Change gone(String name) {
        return new Change("family", new Family.Key(SCOPE, name).toString(), null);
    }

    private static List<Change> sampleOfEveryTable() throws ReflectiveOperationException {
        List<Change> changes = new ArrayList<>();
        for (Table<?, ?> table : new World().tables()) {
            Record value = new Samples(new Random(7), false).of(table.type());
            changes.add(new Change(table.name(), keyOf(table, value), value));
        }
        return changes;
    }

    private static List<Change> rowsOf(World world) {
        List<Change> rows = new ArrayList<>();
        for (Table<?, ?> table : world.tables()) {
            for (Record value : table.all()) {
                rows.add(new Change(table.name(), keyOf(table, value), value));
            }
        }
        return rows;
    }

    /** A key each table's parser takes; which key a row has is the engine's affair. */
    private static String keyOf(Table<?, ?> table, Record value) {
        String arn = "arn:aws:ecs:eu-west-1:123456789012:";
        return switch (table.name()) {
            case "cluster" -> arn + "cluster/a";
            case "family" -> ((Family) value).key().toString();
            case "task-definition" -> arn + "task-definition/a:1";
            case "task" -> arn + "task/a/b";
            case "service" -> arn + "service/a/b";
            case "service-revision" -> arn + "service-revision/a/b/1";
            case "service-deployment" -> arn + "service-deployment/a/b/c";
            case "service-event" -> ((ServiceEvent) value).key().toString();
            case "container-instance" -> arn + "container-instance/a/b";
            case "load-balancer" -> ((LoadBalancer) value).arn().text();
            case "listener" -> ((Listener) value).arn().text();
            case "listener-rule" -> ((ListenerRule) value).arn().text();
            case "target-group" -> ((TargetGroup) value).arn().text();
            case "target" -> ((Target) value).key().toString();
            case "alarm" -> ((Alarm) value).arn().toString();
            case "alarm-history" -> ((AlarmHistoryItem) value).key().toString();
            case "certificate" -> ((Certificate) value).arn().text();
            case "trust-store" -> ((TrustStore) value).arn().text();
            case "function" -> "arn:aws:lambda:eu-west-1:123456789012:function:name";
            case "codedeploy-application",
                    "codedeploy-group",
                    "codedeploy-config",
                    "codedeploy-deployment" ->
                    "arn:aws:codedeploy:eu-west-1:123456789012:deployment:d-1";
            default -> "key";
        };
    }
}

package dev.dryberth.core.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.core.model.ClientToken;
import dev.dryberth.core.model.Family;
import dev.dryberth.core.model.Scope;

import org.junit.jupiter.api.Test;

import java.lang.reflect.Method;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

class TxTest {

    private final World world = new World();

    @Test
    void aHandlerReadsWhatItWrote() {
        Tx tx = new Tx(world);
        put(tx, "a", "1");
        assertThat(world.clientTokens().get("a")).isEqualTo(token("a", "1"));

        tx.delete(world.clientTokens(), "a");
        assertThat(world.clientTokens().get("a")).isNull();
        assertThat(tx.world()).isSameAs(world);
    }

    @Test
    void rollBackRestoresExactlyWhatWas() {
        Tx before = new Tx(world);
        put(before, "kept", "1");
        put(before, "changed", "1");
        put(before, "deleted", "1");
        List<ClientToken> rows = new ArrayList<>(world.clientTokens().all());

        Tx tx = new Tx(world);
        put(tx, "changed", "2");
        put(tx, "changed", "3");
        put(tx, "new", "1");
        tx.delete(world.clientTokens(), "deleted");
        put(tx, "deleted", "2");
        tx.delete(world.clientTokens(), "deleted");
        tx.delete(world.clientTokens(), "new");
        tx.rollBack();

        assertThat(world.clientTokens().all()).containsExactlyElementsOf(rows);
        assertThat(tx.isEmpty()).isTrue();
        assertThat(tx.changes()).isEmpty();
    }

    @Test
    void aRowWrittenOftenIsOneChange() {
        Tx tx = new Tx(world);
        put(tx, "a", "1");
        put(tx, "b", "1");
        put(tx, "a", "2");
        put(tx, "b", "2");
        tx.delete(world.clientTokens(), "b");

        assertThat(tx.changes())
                .containsExactly(
                        new Change("client-token", "a", token("a", "2")),
                        new Change("client-token", "b", null));
    }

    @Test
    void theSameKeyInTwoTablesIsTwoRows() {
        Tx tx = new Tx(world);
        Family.Key key = new Family.Key(new Scope("us-east-1", "1"), "web");
        tx.put(world.families(), key, new Family(key.scope(), "web", 1));
        put(tx, key.toString(), "1");

        assertThat(tx.changes())
                .extracting(Change::table)
                .containsExactly("family", "client-token");
    }

    @Test
    void deletingWhatIsNotThereIsNoChange() {
        Tx tx = new Tx(world);
        tx.delete(world.clientTokens(), "a");

        assertThat(tx.isEmpty()).isTrue();
    }

    @Test
    void rowsComeInTheOrderOfTheirKeys() {
        Tx tx = new Tx(world);
        put(tx, "b", "1");
        put(tx, "c", "1");
        put(tx, "a", "1");

        assertThat(world.clientTokens().keys()).containsExactly("a", "b", "c");
        assertThat(world.clientTokens().between("a", "c"))
                .extracting(ClientToken::key)
                .containsExactly("a", "b");
        assertThat(world.clientTokens().size()).isEqualTo(3);
    }

    @Test
    void aRestoredRowIsFoundUnderItsParsedKey() {
        Family.Key key = new Family.Key(new Scope("us-east-1", "1"), "web");
        world.families().restore(key.toString(), new Family(key.scope(), "web", 7));

        assertThat(world.families().get(key)).isEqualTo(new Family(key.scope(), "web", 7));
    }

    @Test
    void everyTableHasItsOwnName() {
        assertThat(world.tables()).extracting(Table::name).doesNotHaveDuplicates();
    }

    /** Reset and the journal go by {@code tables()}, so one left out there would survive both. */
    @Test
    void everyTableIsAmongTheTables() throws ReflectiveOperationException {
        List<Object> declared = new ArrayList<>();
        for (Method method : World.class.getMethods()) {
            if (method.getReturnType() == Table.class) {
                declared.add(method.invoke(world));
            }
        }
        assertThat(declared).isNotEmpty().hasSameElementsAs(world.tables());
    }

    private void put(Tx tx, String key, String digest) {
        tx.put(world.clientTokens(), key, token(key, digest));
    }

    private static ClientToken token(String key, String digest) {
        return new ClientToken(key, digest, List.of(), Instant.EPOCH);
    }
}

package dev.dryberth.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.core.function.RuntimeApi;
import dev.dryberth.core.function.RuntimeDoor;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

class FunctionDoorTest {

    private final EngineFixture fixture = EngineFixture.started(0);
    private final FunctionDoor door =
            new FunctionDoor(fixture.loop, fixture.runtime, fixture.engine.functions());
    private final List<String> said = new ArrayList<>();
    private final List<CompletableFuture<String>> openings = new ArrayList<>();

    @BeforeEach
    void through() {
        fixture.runtime.take();
        door.through(
                new RuntimeDoor() {
                    @Override
                    public CompletableFuture<String> open(String address, RuntimeApi api) {
                        said.add("open " + address);
                        openings.add(new CompletableFuture<>());
                        return openings.getLast();
                    }

                    @Override
                    public void close() {
                        said.add("close");
                    }
                });
    }

    private void want(String who) {
        door.whenOpen(
                endpoint -> said.add(who + " has " + endpoint), why -> said.add(who + ": " + why));
    }

    private void opened(int opening) {
        openings.get(opening).complete("e" + opening);
        fixture.loop.drain();
    }

    @Test
    void itIsOpenedOnceForAll() {
        want("a");
        want("b");
        assertThat(fixture.effects()).containsExactly("MakeNetwork");
        door.networkReady("gate");
        opened(0);
        want("c");
        assertThat(said).containsExactly("open gate", "a has e0", "b has e0", "c has e0");
    }

    @Test
    void whatCannotBeHadIsToldAndAskedForAgain() {
        want("a");
        door.failed("no");
        want("b");
        assertThat(said).containsExactly("a: no");
        assertThat(fixture.effects()).containsExactly("MakeNetwork", "MakeNetwork");
    }

    @Test
    void oneThatNobodyNeedsAnyMoreIsClosedWhenItIsOpen() {
        want("a");
        door.networkReady("gate");
        door.close();
        assertThat(said).containsExactly("open gate");
        opened(0);
        assertThat(said).containsExactly("open gate", "close");
    }

    @Test
    void theNextIsOpenedWhenTheOneBeforeIsThrough() {
        want("a");
        door.networkReady("gate");
        door.close();
        want("b");
        door.networkReady("gate");
        assertThat(said).containsExactly("open gate");
        opened(0);
        opened(1);
        assertThat(said).containsExactly("open gate", "open gate", "b has e1");
    }

    @Test
    void aNetworkThatIsGoneIsMadeAnew() {
        want("a");
        door.networkReady("gate");
        opened(0);
        door.networkGone();
        want("b");
        assertThat(fixture.effects()).containsExactly("MakeNetwork", "MakeNetwork");
        assertThat(said).containsExactly("open gate", "a has e0", "close");
    }
}

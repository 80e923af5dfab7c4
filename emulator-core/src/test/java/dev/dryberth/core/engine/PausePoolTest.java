package dev.dryberth.core.engine;

import static dev.dryberth.core.task.Recipes.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dryberth.core.model.Eni;
import dev.dryberth.core.model.TaskArn;
import dev.dryberth.core.model.TaskStatus;
import dev.dryberth.core.model.Vpc;
import dev.dryberth.core.runtime.RuntimeEvent;
import dev.dryberth.core.task.Tasks;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Collections;
import java.util.List;

class PausePoolTest {

    private static final int SUBNETS = 3;

    @Test
    void everySubnetHasItsPoolOnceTheInventoryIsKnown() {
        EngineFixture fixture = new EngineFixture(2);
        assertThat(fixture.start()).isNotDone();
        makeVpc(fixture);
        assertThat(fixture.effects()).isEmpty();

        fixture.inventory(List.of(), List.of());
        assertThat(fixture.effects()).hasSize(2 * SUBNETS).containsOnly("CreateNamespace");
        assertThat(fixture.pool().map(Eni::address)).doesNotHaveDuplicates();
    }

    @Test
    void withoutAPoolNothingStandsReady() {
        EngineFixture fixture = EngineFixture.started(0);
        makeVpc(fixture);

        assertThat(fixture.effects()).isEmpty();
    }

    @Test
    void aTaskTakesAReadyInterfaceFirst() {
        EngineFixture fixture = EngineFixture.started(3);
        makeVpc(fixture);
        List<Eni> mine = poolOfFirstSubnet(fixture);
        fixture.namespaceReady(mine.get(1));
        fixture.runtime.take();

        TaskArn arn = fixture.runFargate(container("app"));
        assertThat(fixture.eniOf(arn).id()).isEqualTo(mine.get(1).id());
        assertThat(fixture.task(arn).lastStatus()).isEqualTo(TaskStatus.ACTIVATING);
        assertThat(fixture.effects()).containsExactly("PullImage app");
    }

    @Test
    void aTaskTakesAnInterfaceThatIsBeingMadeRatherThanANewOne() {
        EngineFixture fixture = EngineFixture.started(1);
        makeVpc(fixture);
        fixture.runtime.take();

        TaskArn arn = fixture.runFargate(container("app"));
        assertThat(fixture.effects()).isEmpty();
        assertThat(fixture.task(arn).lastStatus()).isEqualTo(TaskStatus.PROVISIONING);

        fixture.namespaceReady(fixture.eniOf(arn));
        assertThat(fixture.task(arn).lastStatus()).isEqualTo(TaskStatus.ACTIVATING);
    }

    @Test
    void thePoolIsRefilledWhenTheTaskRuns() {
        EngineFixture fixture = ready();
        TaskArn arn = fixture.runFargate(container("app"));
        fixture.pulled(arn, "app");
        assertThat(fixture.effects()).containsExactly("PullImage app", "StartContainer app 0");

        fixture.startedAs(arn, "app", "docker-app");
        assertThat(fixture.effects()).containsExactly("CreateNamespace");
        assertThat(fixture.pool()).hasSize(SUBNETS);
    }

    @Test
    void aLongStartIsNotWaitedFor() {
        EngineFixture fixture = ready();
        fixture.runFargate(container("app"));
        fixture.runtime.take();

        fixture.loop.advance(Interfaces.MAX_DEFERRAL.minusMillis(1));
        assertThat(fixture.effects()).isEmpty();

        fixture.loop.advance(Duration.ofMillis(1));
        assertThat(fixture.effects()).containsExactly("CreateNamespace");
    }

    @Test
    void aNamespaceThatFailsGoesAndTheNextTryWaits() {
        EngineFixture fixture = EngineFixture.started(1);
        makeVpc(fixture);
        Eni failed = poolOfFirstSubnet(fixture).getFirst();
        fixture.runtime.take();

        fixture.tell(new RuntimeEvent.NamespaceFailed(failed.id(), "no such driver"));
        assertThat(fixture.effects()).containsExactly("RemoveNamespace");
        fixture.tell(new RuntimeEvent.NamespaceRemoved(failed.id()));
        fixture.loop.advance(Interfaces.RETRY_AFTER_FAILURE.minusSeconds(1));
        assertThat(fixture.effects()).isEmpty();

        fixture.loop.advance(Duration.ofSeconds(1));
        assertThat(fixture.effects()).containsExactly("CreateNamespace");
    }

    @Test
    void aFullSubnetKeepsNoOtherFromItsPool() {
        EngineFixture fixture = EngineFixture.started(4);
        String tiny = "10.0.0.0/29";
        Vpc vpc =
                new Vpc(
                        "vpc-1",
                        Tasks.SCOPE,
                        "10.0.0.0/16",
                        true,
                        "igw-1",
                        List.of(
                                new Vpc.Subnet("subnet-1", tiny, "a"),
                                new Vpc.Subnet("subnet-2", "10.0.1.0/24", "b")),
                        List.of());
        assertThat(
                        fixture.submit(tx -> {
                            tx.put(tx.world().vpcs(), vpc.id(), vpc);
                            return vpc;
                        }))
                .isCompleted();

        assertThat(fixture.pool().filter(eni -> eni.subnetId().equals("subnet-1"))).hasSize(3);
        assertThat(fixture.pool().filter(eni -> eni.subnetId().equals("subnet-2"))).hasSize(4);
        assertThat(fixture.loop.timerTags()).contains("pause-pool");
    }

    @Test
    void thePoolHasALimit() {
        assertThatThrownBy(() -> EngineSettings.withPausePool(33))
                .hasMessage("pause pool: 33 (expected: 0 to 32)");
        assertThatThrownBy(() -> EngineSettings.withPausePool(-1))
                .hasMessage("pause pool: -1 (expected: 0 to 32)");
    }

    /** An engine with one ready interface in each subnet. */
    private static EngineFixture ready() {
        EngineFixture fixture = EngineFixture.started(1);
        makeVpc(fixture);
        fixture.pool().toList().forEach(fixture::namespaceReady);
        fixture.runtime.take();
        return fixture;
    }

    private static void makeVpc(EngineFixture fixture) {
        assertThat(fixture.submit(tx -> fixture.networks.defaultVpc(tx, Tasks.SCOPE)))
                .isNotCompletedExceptionally();
    }

    private static List<Eni> poolOfFirstSubnet(EngineFixture fixture) {
        List<Vpc> vpcs =
                List.copyOf(Collections.unmodifiableCollection(fixture.world.vpcs().all()));
        String subnet = vpcs.getFirst().subnets().getFirst().id();
        return fixture.pool().filter(eni -> eni.subnetId().equals(subnet)).toList();
    }
}

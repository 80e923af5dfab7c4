package dev.dryberth.core.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dryberth.core.model.Scope;
import dev.dryberth.core.model.Vpc;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.stream.Stream;

class NetworksTest {

    private static final Scope HERE = new Scope("us-east-1", "123456789012");
    private static final Scope THERE = new Scope("eu-west-1", "123456789012");

    private final World world = new World();

    @Test
    void theDefaultVpcIsAsOnAws() {
        Vpc vpc = free().defaultVpc(new Tx(world), HERE);

        assertThat(vpc.cidr()).isEqualTo("172.31.0.0/16");
        assertThat(vpc.isDefault()).isTrue();
        assertThat(vpc.id()).matches("vpc-[0-9a-f]{17}");
        assertThat(vpc.internetGatewayId()).matches("igw-[0-9a-f]{17}");
        assertThat(vpc.subnets())
                .extracting(Vpc.Subnet::availabilityZone)
                .containsExactly("us-east-1a", "us-east-1b", "us-east-1c");
        assertThat(vpc.subnets())
                .extracting(Vpc.Subnet::cidr)
                .containsExactly("172.31.0.0/20", "172.31.16.0/20", "172.31.32.0/20");
        assertThat(vpc.subnets())
                .extracting(Vpc.Subnet::id)
                .doesNotHaveDuplicates()
                .allMatch(id -> id.matches("subnet-[0-9a-f]{17}"));
        assertThat(vpc.securityGroups())
                .extracting(Vpc.SecurityGroup::name)
                .containsExactly("default");
    }

    @Test
    void itIsMadeOnce() {
        Tx tx = new Tx(world);
        Vpc vpc = free().defaultVpc(tx, HERE);

        assertThat(free().defaultVpc(tx, HERE)).isSameAs(vpc);
        assertThat(tx.changes()).hasSize(1);
    }

    @Test
    void itsIdsComeFromTheScopeAlone() {
        Vpc first = free().defaultVpc(new Tx(new World()), HERE);
        Vpc again = free().defaultVpc(new Tx(new World()), HERE);
        Vpc elsewhere = free().defaultVpc(new Tx(new World()), THERE);

        assertThat(again).isEqualTo(first);
        assertThat(elsewhere.id()).isNotEqualTo(first.id());
    }

    @Test
    void aRangeThatTheMachineUsesIsLeftAlone() {
        Networks networks = withInUse(null, "172.16.0.0/12", "10.255.7.0/24");

        assertThat(networks.defaultVpc(new Tx(world), HERE).cidr()).isEqualTo("10.254.0.0/16");
    }

    @Test
    void twoVpcsNeverOverlap() {
        Tx tx = new Tx(world);
        Cidr here = Cidr.parse(free().defaultVpc(tx, HERE).cidr());
        Cidr there = Cidr.parse(free().defaultVpc(tx, THERE).cidr());

        assertThat(here.overlaps(there)).isFalse();
    }

    @Test
    void theFixedRangeIsTheFirstVpcs() {
        Networks networks = withInUse(Cidr.parse("192.168.0.0/16"), "192.168.0.0/16");
        Tx tx = new Tx(world);

        assertThat(networks.defaultVpc(tx, HERE).cidr()).isEqualTo("192.168.0.0/16");
        assertThat(networks.defaultVpc(tx, THERE).cidr()).isEqualTo("172.31.0.0/16");
    }

    @Test
    void theFixedRangeMustHoldThreeSubnets() {
        assertThatThrownBy(() -> withInUse(Cidr.parse("192.168.0.0/24")))
                .hasMessage("VPC range: 192.168.0.0/24 (expected: a range of /16)");
    }

    @Test
    void withoutAFreeRangeItSaysWhatIsInUse() {
        Networks networks = withInUse(null, "0.0.0.0/0");

        assertThatThrownBy(() -> networks.defaultVpc(new Tx(world), HERE))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("0.0.0.0/0");
    }

    private static Networks free() {
        return withInUse(null);
    }

    private static Networks withInUse(@Nullable Cidr fixed, String... ranges) {
        List<Cidr> inUse = Stream.of(ranges).map(Cidr::parse).toList();
        return new Networks(fixed, () -> inUse);
    }
}

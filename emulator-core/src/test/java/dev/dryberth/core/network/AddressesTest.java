package dev.dryberth.core.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dryberth.core.model.Eni;
import dev.dryberth.core.model.Scope;
import dev.dryberth.core.model.Vpc;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

class AddressesTest {

    private static final Vpc.Subnet SMALL = new Vpc.Subnet("subnet-a", "10.0.0.16/28", "z");

    private final World world = new World();
    private final Addresses addresses = new Addresses();

    @Test
    void theFirstFourAndTheLastAddressAreNeverGiven() throws Addresses.SubnetFull {
        List<String> given = new ArrayList<>();
        for (int i = 0; i < 11; i++) {
            String address = addresses.next(world, SMALL);
            take(SMALL, address);
            given.add(address);
        }

        assertThat(given)
                .doesNotHaveDuplicates()
                .startsWith("10.0.0.20")
                .endsWith("10.0.0.30")
                .doesNotContain("10.0.0.19", "10.0.0.31");
        assertThatThrownBy(() -> addresses.next(world, SMALL))
                .isInstanceOf(Addresses.SubnetFull.class)
                .hasMessage("The subnet 'subnet-a' does not have enough free addresses");
    }

    @Test
    void anAddressJustGivenBackIsTheLastToBeGivenAgain() throws Addresses.SubnetFull {
        String first = addresses.next(world, SMALL);
        List<String> others = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            others.add(addresses.next(world, SMALL));
        }

        assertThat(others).doesNotContain(first);
        assertThat(addresses.next(world, SMALL)).isEqualTo(first);
    }

    @Test
    void takenAddressesArePassedOver() throws Addresses.SubnetFull {
        take(SMALL, "10.0.0.20");
        take(SMALL, "10.0.0.21");

        assertThat(addresses.next(world, SMALL)).isEqualTo("10.0.0.22");
    }

    @Test
    void subnetsAreCountedApart() throws Addresses.SubnetFull {
        Vpc.Subnet other = new Vpc.Subnet("subnet-b", "10.0.1.0/28", "z");
        take(SMALL, "10.0.0.20");

        assertThat(addresses.next(world, other)).isEqualTo("10.0.1.4");
        assertThat(addresses.next(world, SMALL)).isEqualTo("10.0.0.21");
        assertThat(addresses.next(world, other)).isEqualTo("10.0.1.5");
    }

    @Test
    void aSubnetOfReservedAddressesOnlyIsFull() {
        Vpc.Subnet tiny = new Vpc.Subnet("subnet-t", "10.0.1.0/30", "z");

        assertThatThrownBy(() -> addresses.next(world, tiny))
                .isInstanceOf(Addresses.SubnetFull.class);
    }

    @Test
    void theHardwareAddressFollowsTheAddress() {
        assertThat(Addresses.macAddress("172.31.0.255")).isEqualTo("02:42:ac:1f:00:ff");
    }

    private void take(Vpc.Subnet subnet, String address) {
        Eni eni =
                new Eni(
                        "eni-" + address,
                        "attachment",
                        new Scope("us-east-1", "123456789012"),
                        "vpc-1",
                        subnet.id(),
                        address,
                        Addresses.macAddress(address),
                        Eni.State.READY,
                        "pause",
                        null);
        new Tx(world).put(world.enis(), eni.id(), eni);
    }
}

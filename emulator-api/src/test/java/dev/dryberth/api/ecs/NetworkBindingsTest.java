package dev.dryberth.api.ecs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.core.model.PortBinding;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.ecs.model.NetworkBinding;
import software.amazon.awssdk.services.ecs.model.PortMapping;

import java.util.List;

class NetworkBindingsTest {

    private static final PortMapping RANGE =
            PortMapping.builder().containerPortRange("8000-8003").build();

    private static PortBinding binding(int containerPort, int hostPort, String protocol) {
        return new PortBinding("127.0.0.1", containerPort, hostPort, protocol);
    }

    private static NetworkBinding range(String containerPorts, String hostPorts) {
        return NetworkBinding.builder()
                .bindIP("127.0.0.1")
                .containerPortRange(containerPorts)
                .hostPortRange(hostPorts)
                .protocol("tcp")
                .build();
    }

    @Test
    void showsSinglePortsOneByOneEvenInARow() {
        List<PortBinding> two = List.of(binding(80, 32768, "tcp"), binding(81, 32769, "tcp"));

        assertThat(NetworkBindings.of(two, List.of()))
                .extracting(NetworkBinding::containerPort, NetworkBinding::hostPort)
                .containsExactly(
                        org.assertj.core.api.Assertions.tuple(80, 32768),
                        org.assertj.core.api.Assertions.tuple(81, 32769));
    }

    @Test
    void showsARangeAsOne() {
        List<PortBinding> all =
                List.of(
                        binding(80, 32770, "tcp"),
                        binding(8000, 40000, "tcp"),
                        binding(8000, 50000, "udp"),
                        binding(8001, 40001, "tcp"),
                        binding(8002, 40002, "tcp"),
                        binding(8003, 40003, "tcp"));

        assertThat(NetworkBindings.of(all, List.of(RANGE)))
                .hasSize(3)
                .contains(range("8000-8003", "40000-40003"))
                .extracting(NetworkBinding::containerPort)
                .containsExactly(80, 8000, null);
    }

    @Test
    void showsATornRangeAsItsRuns() {
        List<PortBinding> torn =
                List.of(
                        binding(8000, 40000, "tcp"),
                        binding(8001, 40001, "tcp"),
                        binding(8002, 40003, "tcp"),
                        binding(8003, 40004, "tcp"));

        assertThat(NetworkBindings.of(torn, List.of(RANGE)))
                .containsExactly(
                        range("8000-8001", "40000-40001"), range("8002-8003", "40003-40004"));
    }
}

package dev.dryberth.api.ecs;

import dev.dryberth.core.model.PortBinding;

import software.amazon.awssdk.services.ecs.model.NetworkBinding;
import software.amazon.awssdk.services.ecs.model.PortMapping;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A container's ports as AWS shows them: one by one, and those of a {@code containerPortRange} as a
 * range that stands beside a range of the host.
 *
 * <p>Docker gives the ports of a range one by one, nearly always in a row. Where a port was taken
 * by somebody else meanwhile, a range is shown as the runs it fell into: {@code 8000-8002} on
 * 32768, 32769 and 32771 is {@code 8000-8001} on {@code 32768-32769} and {@code 8002-8002} on
 * {@code 32771-32771}. Deviation: on AWS the host's range is never torn.
 */
final class NetworkBindings {

    private NetworkBindings() {}

    static List<NetworkBinding> of(List<PortBinding> bindings, List<PortMapping> mappings) {
        List<NetworkBinding> shown = new ArrayList<>();
        List<PortBinding> single = new ArrayList<>(bindings);
        List<NetworkBinding> ranges = new ArrayList<>();
        for (PortMapping mapping : mappings) {
            if (mapping.containerPortRange() != null) {
                List<PortBinding> within =
                        bindings.stream()
                                .filter(each -> covers(mapping, each))
                                .sorted(Comparator.comparingInt(PortBinding::containerPort))
                                .toList();
                single.removeAll(within);
                addRuns(within, ranges);
            }
        }
        single.forEach(each -> shown.add(one(each)));
        shown.addAll(ranges);
        return shown;
    }

    private static boolean covers(PortMapping mapping, PortBinding binding) {
        String[] ends = mapping.containerPortRange().split("-", 2);
        String protocol = mapping.protocol() == null ? "tcp" : mapping.protocolAsString();
        return protocol.equals(binding.protocol())
                && binding.containerPort() >= Integer.parseInt(ends[0])
                && binding.containerPort() <= Integer.parseInt(ends[1]);
    }

    private static void addRuns(List<PortBinding> sorted, List<NetworkBinding> into) {
        int from = 0;
        for (int i = 1; i <= sorted.size(); i++) {
            if (i == sorted.size() || !follows(sorted.get(i - 1), sorted.get(i))) {
                into.add(run(sorted.get(from), sorted.get(i - 1)));
                from = i;
            }
        }
    }

    private static boolean follows(PortBinding one, PortBinding next) {
        return next.containerPort() == one.containerPort() + 1
                && next.hostPort() == one.hostPort() + 1
                && next.bindIp().equals(one.bindIp());
    }

    private static NetworkBinding run(PortBinding first, PortBinding last) {
        return NetworkBinding.builder()
                .bindIP(first.bindIp())
                .containerPortRange(first.containerPort() + "-" + last.containerPort())
                .hostPortRange(first.hostPort() + "-" + last.hostPort())
                .protocol(first.protocol())
                .build();
    }

    private static NetworkBinding one(PortBinding binding) {
        return NetworkBinding.builder()
                .bindIP(binding.bindIp())
                .containerPort(binding.containerPort())
                .hostPort(binding.hostPort())
                .protocol(binding.protocol())
                .build();
    }
}

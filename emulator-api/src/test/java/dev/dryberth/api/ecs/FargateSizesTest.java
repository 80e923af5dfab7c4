package dev.dryberth.api.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import software.amazon.awssdk.services.ecs.model.ClientException;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

class FargateSizesTest {

    /** AWS's table written out by hand, pair for pair, so that it checks the bands. */
    private static final Map<Integer, List<Integer>> TABLE = table();

    private static Map<Integer, List<Integer>> table() {
        Map<Integer, List<Integer>> table = new TreeMap<>();
        table.put(256, List.of(512, 1024, 2048));
        table.put(512, List.of(1024, 2048, 3072, 4096));
        table.put(1024, List.of(2048, 3072, 4096, 5120, 6144, 7168, 8192));
        table.put(2048, thousands(4, 16));
        table.put(4096, thousands(8, 30));
        table.put(
                8192,
                List.of(
                        16384, 20480, 24576, 28672, 32768, 36864, 40960, 45056, 49152, 53248, 57344,
                        61440));
        table.put(
                16384,
                List.of(
                        32768, 40960, 49152, 57344, 65536, 73728, 81920, 90112, 98304, 106496,
                        114688, 122880));
        return table;
    }

    private static List<Integer> thousands(int fromGiB, int toGiB) {
        List<Integer> sizes = new ArrayList<>();
        for (int gib = fromGiB; gib <= toGiB; gib++) {
            sizes.add(gib * 1024);
        }
        return sizes;
    }

    @Test
    void offersExactlyThePairsOfTheTable() {
        Set<Integer> memories = new TreeSet<>(List.of(0, 256, 511, 513, 1536, 131072));
        TABLE.values().forEach(memories::addAll);
        Set<Integer> cpus = new TreeSet<>(List.of(0, 128, 255, 257, 768, 32768));
        cpus.addAll(TABLE.keySet());
        for (int cpu : cpus) {
            for (int memory : memories) {
                assertThat(FargateSizes.exists(cpu, memory))
                        .as("%d CPU units with %d MiB", cpu, memory)
                        .isEqualTo(TABLE.getOrDefault(cpu, List.of()).contains(memory));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "256, 256",
        ".25 vCPU, 256",
        "0.25 vcpu, 256",
        "0.5 vCPU, 512",
        "1vCPU, 1024",
        "1 vCPU, 1024",
        "16 VCPU, 16384",
        "' 2048 ', 2048"
    })
    void readsEverySpellingOfCpu(String text, int cpuUnits) {
        assertThat(FargateSizes.parseCpuUnits(text)).isEqualTo(cpuUnits);
    }

    @ParameterizedTest
    @CsvSource({
        "512, 512",
        "0.5GB, 512",
        ".5 GB, 512",
        "1 GB, 1024",
        "1gb, 1024",
        "30GB, 30720",
        "120 GB, 122880"
    })
    void readsEverySpellingOfMemory(String text, int memoryMiB) {
        assertThat(FargateSizes.parseMemoryMiB(text)).isEqualTo(memoryMiB);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "vCPU",
                ". vCPU",
                "one vCPU",
                "-1",
                "1.5",
                "1.2.3 vCPU",
                "0.3 vCPU",
                "1 GB",
                "99999999999",
                "１"
            })
    void refusesWhatIsNoSize(String text) {
        assertThat(FargateSizes.parseCpuUnits(text)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127", "196609", "many", "0.1 vCPU"})
    void refusesTaskCpuOutOfRange(String cpu) {
        assertThatThrownBy(() -> TaskSize.parse(cpu, null))
                .isInstanceOf(ClientException.class)
                .hasMessageStartingWith("Invalid 'cpu' setting for task.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"3", "much", "1 vCPU"})
    void refusesTaskMemoryThatIsNone(String memory) {
        assertThatThrownBy(() -> TaskSize.parse(null, memory))
                .isInstanceOf(ClientException.class)
                .hasMessageStartingWith("Invalid 'memory' setting for task.");
    }

    @Test
    void saysWhyFargateCannotTakeASize() {
        assertThat(TaskSize.parse(null, "512").fargateProblem())
                .isEqualTo("Fargate requires that 'cpu' be defined at the task level.");
        assertThat(TaskSize.parse("256", null).fargateProblem())
                .isEqualTo("Fargate requires that 'memory' be defined at the task level.");
        assertThat(TaskSize.parse("256", "4 GB").fargateProblem())
                .isEqualTo(
                        "No Fargate configuration exists for given values: 256 CPU, 4096 memory."
                                + " See the Amazon ECS documentation for the valid values.");
        assertThat(TaskSize.parse(".25 vCPU", "0.5GB").fargateProblem()).isNull();
    }
}

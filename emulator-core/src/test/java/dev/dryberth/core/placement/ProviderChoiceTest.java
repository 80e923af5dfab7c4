package dev.dryberth.core.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.core.model.ProviderShare;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.task.Tasks;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

class ProviderChoiceTest {

    private static List<String> first(int count, ProviderShare... strategy) {
        List<Task> made = new ArrayList<>();
        List<String> providers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String next = ProviderChoice.next(List.of(strategy), made);
            providers.add(next);
            made.add(Tasks.from(next));
        }
        return providers;
    }

    @Test
    void sharesTasksOutByBaseAndWeight() {
        assertThat(
                        first(
                                5,
                                new ProviderShare("FARGATE", 1, 1),
                                new ProviderShare("FARGATE_SPOT", 3, 0)))
                .containsExactly(
                        "FARGATE", "FARGATE", "FARGATE_SPOT", "FARGATE_SPOT", "FARGATE_SPOT");
    }

    @Test
    void givesNothingToAWeightOfZeroBeyondItsBase() {
        assertThat(first(3, new ProviderShare("A", 0, 0), new ProviderShare("B", 1, 1)))
                .containsExactly("B", "B", "B");
        assertThat(first(4, new ProviderShare("A", 0, 2), new ProviderShare("B", 1, 0)))
                .containsExactly("A", "A", "B", "B");
        assertThat(first(2, new ProviderShare("A", 0, 0))).containsExactly("A", "A");
    }
}

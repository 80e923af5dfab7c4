package dev.dryberth.api.ecs;

import java.util.Collection;
import java.util.List;

/** The {@code include} lists of the Describe operations. */
final class Includes {

    private Includes() {}

    /** Refuses a field that the operation cannot include. */
    static <E extends Enum<E>> void check(List<String> include, Collection<E> known) {
        for (String field : include) {
            if (known.stream().noneMatch(each -> each.toString().equals(field))) {
                throw EcsErrors.notOneOf(
                        "include", known.stream().map(Enum::toString).sorted().toList());
            }
        }
    }
}

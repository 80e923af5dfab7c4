package dev.dryberth.core.model;

import java.util.List;

/** What a series of measurements is of. Dimensions are sorted, for their order tells nothing. */
public record Metric(String namespace, String name, List<Dimension> dimensions)
        implements Comparable<Metric> {

    public Metric {
        dimensions = dimensions.stream().sorted().toList();
    }

    /** The value of that dimension; empty: it has none of that name. */
    public String dimension(String name) {
        for (Dimension each : dimensions) {
            if (each.name().equals(name)) {
                return each.value();
            }
        }
        return "";
    }

    @Override
    public int compareTo(Metric other) {
        int byNamespace = namespace.compareTo(other.namespace);
        if (byNamespace != 0) {
            return byNamespace;
        }
        int byName = name.compareTo(other.name);
        if (byName != 0) {
            return byName;
        }
        int common = Math.min(dimensions.size(), other.dimensions.size());
        for (int i = 0; i < common; i++) {
            int byDimension = dimensions.get(i).compareTo(other.dimensions.get(i));
            if (byDimension != 0) {
                return byDimension;
            }
        }
        return Integer.compare(dimensions.size(), other.dimensions.size());
    }
}

package dev.dryberth.core.model;

/** One name and value that tells a metric from others of the same name. */
public record Dimension(String name, String value) implements Comparable<Dimension> {

    @Override
    public int compareTo(Dimension other) {
        int byName = name.compareTo(other.name);
        return byName != 0 ? byName : value.compareTo(other.value);
    }
}

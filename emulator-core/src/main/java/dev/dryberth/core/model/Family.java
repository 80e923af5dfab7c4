package dev.dryberth.core.model;

/** A task definition family's memory of the highest revision it ever gave out. */
public record Family(Scope scope, String name, int lastRevision) {

    public Key key() {
        return new Key(scope, name);
    }

    /** Families are told apart by scope and name. */
    public record Key(Scope scope, String name) implements Comparable<Key> {

        public static Key parse(String text) {
            String[] fields = text.split("/", 3);
            return new Key(new Scope(fields[1], fields[0]), fields[2]);
        }

        @Override
        public int compareTo(Key other) {
            int byScope = scope.compareTo(other.scope);
            return byScope != 0 ? byScope : name.compareTo(other.name);
        }

        @Override
        public String toString() {
            return scope.account() + "/" + scope.region() + "/" + name;
        }
    }
}

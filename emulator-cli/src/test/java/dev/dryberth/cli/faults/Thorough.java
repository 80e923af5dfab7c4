package dev.dryberth.cli.faults;

/**
 * How much of the same a test does. {@code mvn verify} does as much as finds a mistake on most
 * days; {@code -Dthorough}, as every night, as much as the promise says.
 */
public final class Thorough {

    private static final boolean WANTED = System.getProperty("thorough") != null;

    private Thorough() {}

    public static int count(int usual, int thorough) {
        return WANTED ? thorough : usual;
    }
}

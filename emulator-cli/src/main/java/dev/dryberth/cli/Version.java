package dev.dryberth.cli;

/** Which version of Dryberth this is. */
final class Version {

    /** Set by the launcher: reading the jar's manifest would open every jar before it. */
    static final String PROPERTY = "dryberth.version";

    private Version() {}

    static String current() {
        return System.getProperty(PROPERTY, "unreleased");
    }
}

package dev.dryberth.core.balancing;

/** What one health check found. */
public sealed interface ProbeResult {

    /** The target answered, with a code that matches where there are codes. */
    record Passed() implements ProbeResult {}

    /** It answered with another code; HTTP's or gRPC's number as text. */
    record WrongCode(String code) implements ProbeResult {}

    /** No answer came within the check's timeout. */
    record TimedOut() implements ProbeResult {}

    /** No connection could be made, or the answer was broken. */
    record Failed() implements ProbeResult {}

    /**
     * The check itself could not be made.
     *
     * @param why for a person
     */
    record NotMade(String why) implements ProbeResult {}
}

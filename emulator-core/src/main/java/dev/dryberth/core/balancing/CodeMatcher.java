package dev.dryberth.core.balancing;

import java.util.ArrayList;
import java.util.List;

/** Which codes of a health check count as healthy: {@code 200-299,302}. Immutable; any thread. */
public final class CodeMatcher {

    private record Range(int first, int last) {}

    private final List<Range> ranges = new ArrayList<>();

    private CodeMatcher() {}

    /** A part that cannot be read matches nothing: the API refuses it before it gets here. */
    public static CodeMatcher parse(String text) {
        CodeMatcher matcher = new CodeMatcher();
        for (String part : text.split(",", -1)) {
            String[] ends = part.strip().split("-", -1);
            if (digits(ends[0]) && digits(ends[ends.length - 1])) {
                matcher.ranges.add(
                        new Range(
                                Integer.parseInt(ends[0]),
                                Integer.parseInt(ends[ends.length - 1])));
            }
        }
        return matcher;
    }

    private static boolean digits(String text) {
        return text.matches("[0-9]{1,9}");
    }

    public boolean matches(int code) {
        for (Range each : ranges) {
            if (code >= each.first && code <= each.last) {
                return true;
            }
        }
        return false;
    }
}

package dev.dryberth.core.balancing;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A user's regular expression, found anywhere in a text, that cannot hold up a network thread.
 *
 * <p>AWS takes RE2's syntax, which has no backtracking; Java's does the same for nearly all that
 * RE2 accepts, but an expression like {@code (a+)+$} can take for ever. So the text counts how
 * often it is read, and beyond {@link #MAX_READS} the expression does not match. Deviation: such an
 * expression would match on AWS.
 */
final class BoundedRegex {

    static final int MAX_READS = 200_000;

    private final Pattern pattern;

    private BoundedRegex(Pattern pattern) {
        this.pattern = pattern;
    }

    static BoundedRegex caseSensitive(String regex) {
        return new BoundedRegex(Pattern.compile(regex));
    }

    static BoundedRegex ignoringCase(String regex) {
        return new BoundedRegex(Pattern.compile(regex, Pattern.CASE_INSENSITIVE));
    }

    boolean matches(String text) {
        try {
            return pattern.matcher(new Counted(text)).find();
        } catch (TooManyReads given) {
            return false;
        }
    }

    /** The text with its first match replaced; unchanged without a match or a usable result. */
    String replaceFirst(String text, String replacement) {
        try {
            Matcher matcher = pattern.matcher(new Counted(text));
            return matcher.find() ? replaced(matcher, text, replacement) : text;
        } catch (TooManyReads given) {
            return text;
        }
    }

    private static String replaced(Matcher found, String text, String replacement) {
        StringBuilder result = new StringBuilder(text.substring(0, found.start()));
        for (int i = 0; i < replacement.length(); i++) {
            char each = replacement.charAt(i);
            int group = i + 1 < replacement.length() ? replacement.charAt(i + 1) - '0' : -1;
            if (each == '$' && group >= 0 && group <= 9) {
                i++;
                String captured = group <= found.groupCount() ? found.group(group) : null;
                result.append(captured == null ? "" : captured);
            } else {
                result.append(each);
            }
        }
        return result.append(text, found.end(), text.length()).toString();
    }

    private static final class TooManyReads extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private TooManyReads() {
            super("the regular expression takes too long", null, false, false);
        }
    }

    private static final class Counted implements CharSequence {
        private final String text;
        private int reads;

        private Counted(String text) {
            this.text = text;
        }

        @Override
        public char charAt(int index) {
            if (++reads > MAX_READS) {
                throw new TooManyReads();
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.subSequence(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}

package dev.dryberth.core.balancing;

/**
 * A pattern in which {@code *} stands for any number of characters, none included, and {@code ?}
 * for exactly one; both also match a slash.
 *
 * <p>Matching walks pattern and text once and remembers only the last star: when the rest does not
 * fit, that star takes one character more. Earlier stars never need to give anything back, so the
 * cost is at most pattern × text, whatever a user writes.
 */
final class Wildcard {

    private static final char ANY = '\uE000';
    private static final char ONE = '\uE001';

    private final String pattern;
    private final boolean ignoreCase;
    private final int literalPrefix;

    private Wildcard(String pattern, boolean ignoreCase) {
        this.pattern = ignoreCase ? lower(pattern) : pattern;
        this.ignoreCase = ignoreCase;
        int end = 0;
        while (end < pattern.length() && pattern.charAt(end) != ANY && pattern.charAt(end) != ONE) {
            end++;
        }
        literalPrefix = end;
    }

    static Wildcard caseSensitive(String pattern) {
        return new Wildcard(marked(pattern, false), false);
    }

    static Wildcard ignoringCase(String pattern) {
        return new Wildcard(marked(pattern, false), true);
    }

    /** Also knows {@code \*} and {@code \?} as the characters themselves, as query strings do. */
    static Wildcard ignoringCaseWithEscapes(String pattern) {
        return new Wildcard(marked(pattern, true), true);
    }

    /** Puts private-use characters for the wildcards, so that escaped ones are plain. */
    private static String marked(String pattern, boolean escapes) {
        StringBuilder marked = new StringBuilder(pattern.length());
        for (int i = 0; i < pattern.length(); i++) {
            char each = pattern.charAt(i);
            if (escapes && each == '\\' && i + 1 < pattern.length() && isWild(pattern, i + 1)) {
                i++;
                marked.append(pattern.charAt(i));
            } else if (each == '*') {
                marked.append(ANY);
            } else {
                marked.append(each == '?' ? ONE : each);
            }
        }
        return marked.toString();
    }

    private static boolean isWild(String pattern, int at) {
        return pattern.charAt(at) == '*' || pattern.charAt(at) == '?';
    }

    boolean isLiteral() {
        return literalPrefix == pattern.length();
    }

    /** What every matching text begins with; in lower case if case is ignored. */
    String literalPrefix() {
        return pattern.substring(0, literalPrefix);
    }

    boolean matches(CharSequence text) {
        int at = 0;
        int in = 0;
        int lastStar = -1;
        int resume = 0;
        while (in < text.length()) {
            char wanted = at < pattern.length() ? pattern.charAt(at) : '\0';
            if (at < pattern.length() && wanted == ANY) {
                lastStar = at++;
                resume = in;
            } else if (at < pattern.length() && fits(wanted, text.charAt(in))) {
                at++;
                in++;
            } else if (lastStar >= 0) {
                at = lastStar + 1;
                in = ++resume;
            } else {
                return false;
            }
        }
        while (at < pattern.length() && pattern.charAt(at) == ANY) {
            at++;
        }
        return at == pattern.length();
    }

    private boolean fits(char wanted, char found) {
        return wanted == ONE || wanted == (ignoreCase ? lower(found) : found);
    }

    /** ASCII only: header values and hosts have no other letters to fold. */
    static char lower(char each) {
        return each >= 'A' && each <= 'Z' ? (char) (each + ('a' - 'A')) : each;
    }

    static String lower(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) != lower(text.charAt(i))) {
                return lowered(text);
            }
        }
        return text;
    }

    private static String lowered(String text) {
        char[] lowered = text.toCharArray();
        for (int i = 0; i < lowered.length; i++) {
            lowered[i] = lower(lowered[i]);
        }
        return new String(lowered);
    }
}

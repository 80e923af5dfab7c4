package dev.dryberth.api.ecs;

/**
 * The character rules ECS has for names, checked without regular expressions: they run per call.
 */
final class Names {

    static final int MAX_LENGTH = 255;

    private Names() {}

    /** Whether {@code name} is 1 to 255 letters, digits, hyphens and underscores, all ASCII. */
    static boolean valid(String name) {
        if (name.isEmpty() || name.length() > MAX_LENGTH) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!(asciiLetterOrDigit(c) || c == '-' || c == '_')) {
                return false;
            }
        }
        return true;
    }

    static boolean asciiLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
}

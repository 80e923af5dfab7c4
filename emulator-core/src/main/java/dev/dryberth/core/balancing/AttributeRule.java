package dev.dryberth.core.balancing;

import java.util.List;
import java.util.function.Predicate;

/**
 * One attribute a load balancer, listener or target group has.
 *
 * @param accepts whether a value may be set; its form only, not how it goes with others
 * @param expected what {@code accepts} wants, for a refusal
 */
public record AttributeRule(
        String key, String defaultValue, Predicate<String> accepts, String expected) {

    /** {@code true} or {@code false}. */
    static AttributeRule flag(String key, boolean byDefault) {
        return oneOf(key, Boolean.toString(byDefault), "true", "false");
    }

    /** The first value is the default. */
    static AttributeRule choice(String key, String... values) {
        return oneOf(key, values[0], values);
    }

    private static AttributeRule oneOf(String key, String byDefault, String... values) {
        List<String> allowed = List.of(values);
        return new AttributeRule(
                key, byDefault, allowed::contains, "one of " + String.join(", ", allowed));
    }

    static AttributeRule number(String key, int byDefault, int least, int most) {
        return new AttributeRule(
                key,
                Integer.toString(byDefault),
                text -> isNumber(text, least, most),
                "a number from " + least + " to " + most);
    }

    /** A number in range, or a word. */
    static AttributeRule numberOr(String key, String byDefault, String word, int least, int most) {
        return new AttributeRule(
                key,
                byDefault,
                text -> text.equals(word) || isNumber(text, least, most),
                word + " or a number from " + least + " to " + most);
    }

    static AttributeRule text(String key, String byDefault, int longest) {
        return new AttributeRule(
                key,
                byDefault,
                text -> text.length() <= longest,
                "at most " + longest + " characters");
    }

    /** Shown, but never to be changed. */
    static AttributeRule fixed(String key, String value) {
        return new AttributeRule(key, value, value::equals, value + ", which cannot be changed");
    }

    static boolean isNumber(String text, int least, int most) {
        if (text.isEmpty() || text.length() > 9 || !text.chars().allMatch(Character::isDigit)) {
            return false;
        }
        int value = Integer.parseInt(text);
        return value >= least && value <= most;
    }
}

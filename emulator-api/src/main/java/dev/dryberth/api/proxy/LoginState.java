package dev.dryberth.api.proxy;

import dev.dryberth.api.oidc.SessionKeys;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;

/**
 * What an identity provider hands back unread as the parameter {@code state}: which action of the
 * listener began the login, for whom, when, and where the user wanted to go. It is sealed, for one
 * listener.
 *
 * @param action the ARN of the rule, or of the listener for its default action
 * @param nonce also in a cookie, so that only the browser that began the login can end it
 * @param authority host and port the user called us by
 * @param target path and query the user asked for
 */
record LoginState(String action, String nonce, Instant begun, String authority, String target) {

    static final String CALLBACK = "/oauth2/idpresponse";

    /** How long a login may take, as on AWS. */
    static final Duration TIMEOUT = Duration.ofMinutes(15);

    /** So that the callback's own URL stays well below what a request line may have. */
    private static final int MAX_TARGET = 4096;

    /** A target that is too long to come back to is left for its path, or for the root. */
    static LoginState begin(
            String action, String nonce, Instant now, String authority, String target) {
        int question = target.indexOf('?');
        String path = question < 0 ? target : target.substring(0, question);
        String kept =
                target.length() <= MAX_TARGET ? target : path.length() <= MAX_TARGET ? path : "/";
        return new LoginState(action, nonce, now, authority, kept);
    }

    String sealed(SessionKeys keys, String listenerArn) {
        String text =
                String.join(
                        "\n",
                        action,
                        nonce,
                        Long.toString(begun.getEpochSecond()),
                        authority,
                        target);
        return keys.seal(purpose(listenerArn), text.getBytes(StandardCharsets.UTF_8));
    }

    /** Null: it was not made here for this listener, was changed, or is too old. */
    static @Nullable LoginState of(
            String sealed, SessionKeys keys, String listenerArn, Instant now) {
        byte[] opened = keys.open(purpose(listenerArn), sealed);
        if (opened == null) {
            return null;
        }
        String[] parts = new String(opened, StandardCharsets.UTF_8).split("\n", 5);
        Instant begun = Instant.ofEpochSecond(Long.parseLong(parts[2]));
        return begun.plus(TIMEOUT).isBefore(now)
                ? null
                : new LoginState(parts[0], parts[1], begun, parts[3], parts[4]);
    }

    private static String purpose(String listenerArn) {
        return "state\n" + listenerArn;
    }

    /** Where the provider sends the browser. */
    String redirectUri() {
        return "https://" + authority + CALLBACK;
    }

    /** Where the user wanted to go. */
    String returnUrl() {
        return "https://" + authority + target;
    }
}

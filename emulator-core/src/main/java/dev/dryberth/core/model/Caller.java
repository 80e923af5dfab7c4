package dev.dryberth.core.model;

/**
 * Who makes the call being served. Bound to {@link #CURRENT} by the engine while a command runs on
 * the loop, because the SDK's client interfaces have no room for it.
 */
public record Caller(Scope scope, String principalArn) {

    public static final ScopedValue<Caller> CURRENT = ScopedValue.newInstance();

    /** A caller who is the root of an account, which is what unsigned requests are taken for. */
    public static Caller rootOf(Scope scope) {
        return new Caller(scope, "arn:aws:iam::" + scope.account() + ":root");
    }
}

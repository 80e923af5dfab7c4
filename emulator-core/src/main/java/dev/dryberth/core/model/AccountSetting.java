package dev.dryberth.core.model;

/** One account setting of one principal, or of the whole account (principal is its root). */
public record AccountSetting(Scope scope, String principalArn, String name, String value) {

    /** The row's key: one value for each scope, principal and setting. */
    public String key() {
        return scope.account() + "/" + scope.region() + "/" + principalArn + "/" + name;
    }
}

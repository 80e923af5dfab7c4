package dev.dryberth.api.lambda;

import dev.dryberth.core.model.Caller;
import dev.dryberth.core.model.FunctionArn;
import dev.dryberth.core.model.LambdaFunction;
import dev.dryberth.core.model.Scope;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which function a request means: by name, by ARN, or by an ARN without its beginning, each with or
 * without a version. A caller is bound.
 */
final class FunctionNames {

    /** As the model has it, with groups; checked for length before it is matched. */
    private static final Pattern NAME =
            Pattern.compile(
                    "(?:arn:aws[a-zA-Z-]*:lambda:)?(?:([a-z]{2}(?:-gov|-iso[a-z]?)?-[a-z]+-\\d):)?(?:(\\d{12}):)?(?:function:)?([a-zA-Z0-9-_]+)(?::(\\$LATEST|[a-zA-Z0-9-_]+))?");

    private static final String CONSTRAINT =
            "Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-gov)?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?";

    private static final int MAX_LENGTH = 140;
    private static final int MAX_NAME_LENGTH = 64;

    private FunctionNames() {}

    static Scope scope() {
        return Caller.CURRENT.get().scope();
    }

    /**
     * The function of that name, whether there is one or not.
     *
     * @param qualifier a version or alias that was given beside the name
     */
    static FunctionArn arn(@Nullable String text, @Nullable String qualifier) {
        Matcher name = NAME.matcher(text == null ? "" : text);
        if (text == null || text.length() > MAX_LENGTH || !name.matches()) {
            throw LambdaErrors.constraint("functionName", String.valueOf(text), CONSTRAINT);
        }
        if (name.group(3).length() > MAX_NAME_LENGTH) {
            throw LambdaErrors.constraint(
                    "functionName",
                    name.group(3),
                    "Member must have length less than or equal to " + MAX_NAME_LENGTH);
        }
        Scope scope = scope();
        FunctionArn arn =
                new FunctionArn(
                        new Scope(
                                name.group(1) == null ? scope.region() : name.group(1),
                                name.group(2) == null ? scope.account() : name.group(2)),
                        name.group(3));
        if (!arn.scope().equals(scope)) {
            throw LambdaErrors.noFunction(arn.text());
        }
        String version = qualifier == null ? name.group(4) : qualifier;
        if (version != null && !version.equals(FunctionArn.LATEST)) {
            // Nothing is ever published here.
            throw LambdaErrors.noFunction(arn.text() + ":" + version);
        }
        return arn;
    }

    static LambdaFunction row(World world, @Nullable String text, @Nullable String qualifier) {
        FunctionArn arn = arn(text, qualifier);
        LambdaFunction row = world.functions().get(arn);
        if (row == null) {
            throw LambdaErrors.noFunction(arn.text());
        }
        return row;
    }
}

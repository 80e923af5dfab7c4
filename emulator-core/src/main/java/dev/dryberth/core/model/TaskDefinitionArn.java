package dev.dryberth.core.model;

/**
 * {@code arn:aws:ecs:{region}:{account}:task-definition/{family}:{revision}}. Ordered by family,
 * then by revision as a number, as ListTaskDefinitions lists them.
 */
public record TaskDefinitionArn(Scope scope, String family, int revision) implements EcsArn {

    public static TaskDefinitionArn parse(String text) {
        EcsArn.Parts parts = EcsArn.split(text);
        int colon = parts.resource().lastIndexOf(':');
        if (!parts.is("task-definition", 2) || colon < 0) {
            throw new IllegalArgumentException("Not a task definition ARN: " + text);
        }
        String family = parts.resource().substring("task-definition/".length(), colon);
        return new TaskDefinitionArn(
                parts.scope(), family, Integer.parseInt(parts.resource().substring(colon + 1)));
    }

    @Override
    public String resource() {
        return "task-definition/" + family + ":" + revision;
    }

    @Override
    public int compareTo(EcsArn other) {
        if (!(other instanceof TaskDefinitionArn that)) {
            return EcsArn.super.compareTo(other);
        }
        int byScope = scope.compareTo(that.scope);
        if (byScope != 0) {
            return byScope;
        }
        int byFamily = family.compareTo(that.family);
        return byFamily != 0 ? byFamily : Integer.compare(revision, that.revision);
    }

    @Override
    public String toString() {
        return text();
    }
}

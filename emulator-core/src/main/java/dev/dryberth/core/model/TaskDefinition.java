package dev.dryberth.core.model;

import java.util.List;

/**
 * A registered task definition: AWS's own document, carried as it is echoed, with its tags beside
 * it.
 */
public record TaskDefinition(
        TaskDefinitionArn arn,
        software.amazon.awssdk.services.ecs.model.TaskDefinition document,
        List<Tag> tags) {

    public boolean active() {
        return "ACTIVE".equals(document.statusAsString());
    }

    public TaskDefinition withTags(List<Tag> next) {
        return new TaskDefinition(arn, document, next);
    }

    public TaskDefinition withDocument(
            software.amazon.awssdk.services.ecs.model.TaskDefinition next) {
        return new TaskDefinition(arn, next, tags);
    }
}

package dev.dryberth.core.model;

/**
 * {@code arn:aws:ecs:{region}:{account}:task-set/{cluster}/{service}/ecs-svc/{number}}.
 *
 * @param id {@code ecs-svc/} and the number
 */
public record TaskSetArn(Scope scope, String cluster, String service, String id) implements EcsArn {

    public static TaskSetArn of(ServiceArn service, String id) {
        return new TaskSetArn(service.scope(), service.cluster(), service.name(), id);
    }

    public static TaskSetArn parse(String text) {
        EcsArn.Parts parts = EcsArn.split(text);
        if (!parts.is("task-set", 5)) {
            throw new IllegalArgumentException("Not a task set ARN: " + text);
        }
        return new TaskSetArn(
                parts.scope(),
                parts.path().get(1),
                parts.path().get(2),
                parts.path().get(3) + "/" + parts.path().get(4));
    }

    public ServiceArn serviceArn() {
        return new ServiceArn(scope, cluster, service);
    }

    @Override
    public String resource() {
        return "task-set/" + cluster + "/" + service + "/" + id;
    }

    @Override
    public String toString() {
        return text();
    }
}

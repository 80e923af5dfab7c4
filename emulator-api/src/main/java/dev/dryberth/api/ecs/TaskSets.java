package dev.dryberth.api.ecs;

import dev.dryberth.core.loop.Clock;
import dev.dryberth.core.loop.Ids;
import dev.dryberth.core.model.ClientToken;
import dev.dryberth.core.model.Cluster;
import dev.dryberth.core.model.Deployment;
import dev.dryberth.core.model.Service;
import dev.dryberth.core.model.ServiceRevision;
import dev.dryberth.core.model.ServiceRevisionArn;
import dev.dryberth.core.model.TaskSet;
import dev.dryberth.core.model.TaskSetArn;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.ecs.model.CreateServiceRequest;
import software.amazon.awssdk.services.ecs.model.CreateTaskSetRequest;
import software.amazon.awssdk.services.ecs.model.CreateTaskSetResponse;
import software.amazon.awssdk.services.ecs.model.DeleteTaskSetRequest;
import software.amazon.awssdk.services.ecs.model.DeleteTaskSetResponse;
import software.amazon.awssdk.services.ecs.model.DescribeTaskSetsRequest;
import software.amazon.awssdk.services.ecs.model.DescribeTaskSetsResponse;
import software.amazon.awssdk.services.ecs.model.Failure;
import software.amazon.awssdk.services.ecs.model.Scale;
import software.amazon.awssdk.services.ecs.model.ScaleUnit;
import software.amazon.awssdk.services.ecs.model.TaskSetField;
import software.amazon.awssdk.services.ecs.model.UpdateServicePrimaryTaskSetRequest;
import software.amazon.awssdk.services.ecs.model.UpdateServicePrimaryTaskSetResponse;
import software.amazon.awssdk.services.ecs.model.UpdateTaskSetRequest;
import software.amazon.awssdk.services.ecs.model.UpdateTaskSetResponse;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The operations on task sets. Here they are only rows; the service scheduler takes them up in the
 * same transaction. Loop thread.
 */
final class TaskSets {

    /** As many as AWS allows, those that still drain included. */
    private static final int MAX_TASK_SETS = 5;

    private static final int MAX_DESCRIBED = 10;
    private static final int MAX_EXTERNAL_ID_LENGTH = 255;
    private static final double ALL = 100;

    private final Clock clock;
    private final Ids ids;
    private final ServiceRevisions revisions;

    TaskSets(Clock clock, Ids ids, ServiceRevisions revisions) {
        this.clock = clock;
        this.ids = ids;
        this.revisions = revisions;
    }

    CreateTaskSetResponse createTaskSet(Tx tx, CreateTaskSetRequest request) {
        World world = tx.world();
        Cluster cluster = Identifiers.activeCluster(world, request.cluster());
        Service service = external(world, cluster, request.service());
        double scale = request.scale() == null ? 0 : scale(request.scale());
        if (!request.serviceRegistries().isEmpty()) {
            throw EcsErrors.notBuilt("service discovery (serviceRegistries)");
        }
        String externalId = request.externalId();
        if (externalId != null && externalId.length() > MAX_EXTERNAL_ID_LENGTH) {
            throw EcsErrors.invalidParameter(
                    "externalId length should be at most " + MAX_EXTERNAL_ID_LENGTH); // [?]
        }
        String digest = RequestDigest.of(request.toBuilder().clientToken(null).build());
        String token = ServiceTokens.key("CreateTaskSet", service.arn(), request.clientToken());
        Deployment made = alreadyMade(world, service, token, digest);
        if (made == null) {
            made =
                    fresh(
                            tx,
                            service,
                            revisions.draft(
                                    tx, cluster, asService(request), ServiceSettings.of(service)),
                            TaskSet.fresh(
                                    scale,
                                    externalId,
                                    TagRules.checked(request.tags()),
                                    clock.now()));
            ServiceTokens.remember(
                    tx, token, digest, TaskSetArn.of(service.arn(), made.id()).text(), clock.now());
        }
        return CreateTaskSetResponse.builder()
                .taskSet(TaskSetViews.view(world, service, made, true))
                .build();
    }

    private @Nullable Deployment alreadyMade(
            World world, Service service, @Nullable String token, String digest) {
        ClientToken known = ServiceTokens.known(world, token, clock.now());
        if (known == null) {
            return null;
        }
        if (!known.requestDigest().equals(digest)) {
            throw EcsErrors.invalidParameter("Creation of task set was not idempotent."); // [?]
        }
        return find(service, known.resources().getFirst());
    }

    /** A service that would make the same tasks. */
    private static CreateServiceRequest asService(CreateTaskSetRequest request) {
        CreateServiceRequest.Builder same =
                CreateServiceRequest.builder()
                        .taskDefinition(request.taskDefinition())
                        .loadBalancers(request.loadBalancers())
                        .launchType(request.launchTypeAsString())
                        .platformVersion(request.platformVersion())
                        .networkConfiguration(request.networkConfiguration());
        if (request.hasCapacityProviderStrategy()) {
            same.capacityProviderStrategy(request.capacityProviderStrategy());
        }
        return same.build();
    }

    /** Writes a task set that has no tasks yet, as the newest but for the primary one. */
    private Deployment fresh(Tx tx, Service service, ServiceRevisions.Draft draft, TaskSet set) {
        if (service.deployments().size() >= MAX_TASK_SETS) {
            throw EcsErrors.invalidParameter(
                    "%d deployments exist on the service. Unable to create new TaskSet since this exceeds the maximum limit."
                            .formatted(service.deployments().size()));
        }
        Instant now = clock.now();
        String number = ids.digits19();
        ServiceRevision revision = draft.named(ServiceRevisionArn.of(service.arn(), number), now);
        Deployment fresh = Deployment.ofTaskSet(revision.arn(), set, now);
        tx.put(tx.world().serviceRevisions(), revision.arn(), revision);
        List<Deployment> all = new ArrayList<>(service.deployments());
        all.add(service.leading() == null ? 0 : 1, fresh);
        put(tx, service.withDeployments(all));
        return fresh;
    }

    UpdateTaskSetResponse updateTaskSet(Tx tx, UpdateTaskSetRequest request) {
        World world = tx.world();
        Cluster cluster = Identifiers.activeCluster(world, request.cluster());
        Service service = external(world, cluster, request.service());
        Deployment present = existing(service, request.taskSet());
        if (request.scale() == null) {
            throw EcsErrors.invalidParameter("scale can not be null."); // [?]
        }
        double scale = scale(request.scale());
        requireNotDraining(present);
        Deployment next = present.with(set(present).scaled(scale), clock.now());
        Service written = put(tx, service.with(next));
        return UpdateTaskSetResponse.builder()
                .taskSet(TaskSetViews.view(world, written, next, false))
                .build();
    }

    DeleteTaskSetResponse deleteTaskSet(Tx tx, DeleteTaskSetRequest request) {
        World world = tx.world();
        Cluster cluster = Identifiers.activeCluster(world, request.cluster());
        Service service = external(world, cluster, request.service());
        Deployment present = existing(service, request.taskSet());
        boolean force = Boolean.TRUE.equals(request.force());
        if (present.primary() && !force) {
            throw EcsErrors.invalidParameter("Primary TaskSet cannot be deleted");
        }
        if (set(present).scale() > 0 && !force) {
            throw EcsErrors.invalidParameter(
                    "The TaskSet cannot be deleted while it is scaled above 0."); // [?]
        }
        Instant now = clock.now();
        Deployment next = present.with(set(present).drained(), now).serving(false, now);
        Service written = put(tx, service.with(next));
        return DeleteTaskSetResponse.builder()
                .taskSet(TaskSetViews.view(world, written, next, false))
                .build();
    }

    /** The service is from now on shown with what its new primary task set is made of. */
    UpdateServicePrimaryTaskSetResponse updateServicePrimaryTaskSet(
            Tx tx, UpdateServicePrimaryTaskSetRequest request) {
        World world = tx.world();
        Cluster cluster = Identifiers.activeCluster(world, request.cluster());
        Service service = external(world, cluster, request.service());
        Deployment present = existing(service, request.primaryTaskSet());
        requireNotDraining(present);
        Service written = put(tx, service.ledBy(present, clock.now()));
        Service shown =
                put(tx, written.copy().document(ServiceViews.document(world, written)).build());
        return UpdateServicePrimaryTaskSetResponse.builder()
                .taskSet(TaskSetViews.view(world, shown, shown.primary(), false))
                .build();
    }

    DescribeTaskSetsResponse describeTaskSets(Tx tx, DescribeTaskSetsRequest request) {
        World world = tx.world();
        Cluster cluster = Identifiers.activeCluster(world, request.cluster());
        Service service = active(world, cluster, request.service());
        // AWS's page says that all are described when none is named; AWS itself says this.
        if (request.taskSets().isEmpty()) {
            throw EcsErrors.invalidParameter("TaskSets cannot be empty.");
        }
        if (request.taskSets().size() > MAX_DESCRIBED) {
            throw EcsErrors.invalidParameter(
                    "TaskSets cannot have more than " + MAX_DESCRIBED + " elements"); // [?]
        }
        Includes.check(request.includeAsStrings(), TaskSetField.knownValues());
        boolean withTags = request.include().contains(TaskSetField.TAGS);
        List<software.amazon.awssdk.services.ecs.model.TaskSet> found = new ArrayList<>();
        List<Failure> failures = new ArrayList<>();
        for (String reference : request.taskSets().stream().distinct().toList()) {
            Deployment row = find(service, reference);
            if (row == null) {
                String arn =
                        Identifiers.isArn(reference)
                                ? reference
                                : TaskSetArn.of(service.arn(), reference).text();
                failures.add(Failure.builder().arn(arn).reason("MISSING").build());
            } else {
                found.add(TaskSetViews.view(world, service, row, withTags));
            }
        }
        return DescribeTaskSetsResponse.builder().taskSets(found).failures(failures).build();
    }

    private static Service put(Tx tx, Service next) {
        if (!next.equals(tx.world().services().get(next.arn()))) {
            tx.put(tx.world().services(), next.arn(), next);
        }
        return next;
    }

    private static Service active(World world, Cluster cluster, @Nullable String reference) {
        Service service = Identifiers.service(world, reference, cluster.arn());
        if (!service.active()) {
            throw EcsErrors.serviceNotActive();
        }
        return service;
    }

    /** The service meant, which is for its caller to deploy. */
    private static Service external(World world, Cluster cluster, @Nullable String reference) {
        Service service = active(world, cluster, reference);
        if (service.controller() != Service.Controller.EXTERNAL) {
            throw EcsErrors.invalidParameter( // [?]
                    "Task sets can only be changed on services with an EXTERNAL deployment controller. The controller of %s is %s."
                            .formatted(service.arn().name(), service.controller()));
        }
        return service;
    }

    private static Deployment existing(Service service, @Nullable String reference) {
        if (reference == null || reference.isEmpty()) {
            throw EcsErrors.invalidParameter("TaskSet can not be blank."); // [?]
        }
        Deployment row = find(service, reference);
        if (row == null) {
            throw EcsErrors.taskSetNotFound();
        }
        return row;
    }

    /** By its ARN, its id, or the number alone. */
    private static @Nullable Deployment find(Service service, String reference) {
        for (Deployment each : service.deployments()) {
            if (each.taskSet() != null
                    && (reference.equals(each.id())
                            || ("ecs-svc/" + reference).equals(each.id())
                            || reference.equals(TaskSetArn.of(service.arn(), each.id()).text()))) {
                return each;
            }
        }
        return null;
    }

    private static TaskSet set(Deployment row) {
        return Objects.requireNonNull(row.taskSet());
    }

    private static void requireNotDraining(Deployment row) {
        if (set(row).draining()) {
            throw EcsErrors.invalidParameter("The TaskSet is being deleted."); // [?]
        }
    }

    private static double scale(Scale asked) {
        if (asked.unit() == ScaleUnit.UNKNOWN_TO_SDK_VERSION) {
            throw EcsErrors.notOneOf("scale.unit", List.of("PERCENT"));
        }
        double value = asked.value() == null ? 0 : asked.value();
        // No NaN passes.
        if (!(value >= 0 && value <= ALL)) {
            throw EcsErrors.outOfRange("scale.value", 0, (long) ALL);
        }
        return value;
    }
}

package dev.dryberth.api.ecs;

import dev.dryberth.core.deployment.Deployments;
import dev.dryberth.core.engine.ServiceRecords;
import dev.dryberth.core.loop.Clock;
import dev.dryberth.core.model.Cluster;
import dev.dryberth.core.model.Service;
import dev.dryberth.core.model.ServiceDeployment;
import dev.dryberth.core.model.ServiceDeploymentArn;
import dev.dryberth.core.model.ServiceRevision;
import dev.dryberth.core.model.ServiceRevisionArn;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.ecs.model.ContinueServiceDeploymentRequest;
import software.amazon.awssdk.services.ecs.model.ContinueServiceDeploymentResponse;
import software.amazon.awssdk.services.ecs.model.CreatedAt;
import software.amazon.awssdk.services.ecs.model.DescribeServiceDeploymentsRequest;
import software.amazon.awssdk.services.ecs.model.DescribeServiceDeploymentsResponse;
import software.amazon.awssdk.services.ecs.model.DescribeServiceRevisionsRequest;
import software.amazon.awssdk.services.ecs.model.DescribeServiceRevisionsResponse;
import software.amazon.awssdk.services.ecs.model.Failure;
import software.amazon.awssdk.services.ecs.model.ListServiceDeploymentsRequest;
import software.amazon.awssdk.services.ecs.model.ListServiceDeploymentsResponse;
import software.amazon.awssdk.services.ecs.model.StopServiceDeploymentRequest;
import software.amazon.awssdk.services.ecs.model.StopServiceDeploymentResponse;
import software.amazon.awssdk.services.ecs.model.StopServiceDeploymentStopType;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/**
 * Describes, lists and stops the roll-outs of services, and describes their revisions. Loop thread.
 */
final class ServiceDeploymentsApi {

    private static final int MAX_DESCRIBED = 20;
    private static final int MAX_PAGE = 100;
    private static final int USUAL_PAGE = 20;
    private static final long NANOS = 1_000_000_000L;

    private final Clock clock;

    ServiceDeploymentsApi(Clock clock) {
        this.clock = clock;
    }

    DescribeServiceDeploymentsResponse describeServiceDeployments(
            Tx tx, DescribeServiceDeploymentsRequest request) {
        World world = tx.world();
        List<software.amazon.awssdk.services.ecs.model.ServiceDeployment> found = new ArrayList<>();
        List<Failure> failures = new ArrayList<>();
        for (String text : checked("serviceDeploymentArns", request.serviceDeploymentArns())) {
            ServiceDeployment row =
                    world.serviceDeployments().get(arn(text, ServiceDeploymentArn::parse));
            if (row == null) {
                failures.add(missing(text));
            } else {
                found.add(ServiceDeploymentViews.view(world, row));
            }
        }
        return DescribeServiceDeploymentsResponse.builder()
                .serviceDeployments(found)
                .failures(failures)
                .build();
    }

    DescribeServiceRevisionsResponse describeServiceRevisions(
            Tx tx, DescribeServiceRevisionsRequest request) {
        List<software.amazon.awssdk.services.ecs.model.ServiceRevision> found = new ArrayList<>();
        List<Failure> failures = new ArrayList<>();
        for (String text : checked("serviceRevisionArns", request.serviceRevisionArns())) {
            ServiceRevision row =
                    tx.world().serviceRevisions().get(arn(text, ServiceRevisionArn::parse));
            if (row == null) {
                failures.add(missing(text));
            } else {
                found.add(ServiceDeploymentViews.view(row));
            }
        }
        return DescribeServiceRevisionsResponse.builder()
                .serviceRevisions(found)
                .failures(failures)
                .build();
    }

    /** Newest first. */
    ListServiceDeploymentsResponse listServiceDeployments(
            Tx tx, ListServiceDeploymentsRequest request) {
        World world = tx.world();
        Cluster cluster = Identifiers.activeCluster(world, request.cluster());
        Service service = Identifiers.service(world, request.service(), cluster.arn());
        List<String> statuses = request.statusAsStrings();
        for (String status : statuses) {
            checkStatus(status);
        }
        Paging paging =
                Paging.of(
                        "ListServiceDeployments",
                        request.maxResults(),
                        request.nextToken(),
                        MAX_PAGE,
                        USUAL_PAGE);
        List<ServiceDeployment> rows =
                ServiceRecords.deployments(world, service.arn()).stream()
                        .filter(each ->
                                statuses.isEmpty() || statuses.contains(each.status().name()))
                        .filter(each -> within(request.createdAt(), each.createdAt()))
                        .sorted(Comparator.comparing(ServiceDeploymentsApi::place))
                        .toList();
        Paging.Page<ServiceDeployment> page = paging.page(rows, ServiceDeploymentsApi::place);
        return ListServiceDeploymentsResponse.builder()
                .serviceDeployments(
                        page.items().stream().map(ServiceDeploymentViews::brief).toList())
                .nextToken(page.nextToken())
                .build();
    }

    /** A row's place in the listing: the younger it is, the less is its text. */
    private static String place(ServiceDeployment row) {
        Instant at = row.createdAt();
        long age = Long.MAX_VALUE - (at.getEpochSecond() * NANOS + at.getNano());
        return "%019d %s".formatted(age, row.arn().id());
    }

    private static void checkStatus(String status) {
        List<String> known = new ArrayList<>();
        for (ServiceDeployment.Status each : ServiceDeployment.Status.values()) {
            known.add(each.name());
        }
        if (!known.contains(status)) {
            throw EcsErrors.notOneOf("status", known);
        }
    }

    private static boolean within(@Nullable CreatedAt asked, Instant createdAt) {
        return asked == null
                || ((asked.after() == null || createdAt.isAfter(asked.after()))
                        && (asked.before() == null || createdAt.isBefore(asked.before())));
    }

    StopServiceDeploymentResponse stopServiceDeployment(
            Tx tx, StopServiceDeploymentRequest request) {
        ServiceDeployment row = existing(tx.world(), request.serviceDeploymentArn());
        StopServiceDeploymentStopType type =
                request.stopType() == null
                        ? StopServiceDeploymentStopType.ROLLBACK
                        : request.stopType();
        if (type == StopServiceDeploymentStopType.UNKNOWN_TO_SDK_VERSION) {
            throw EcsErrors.notOneOf("stopType", List.of("ABORT", "ROLLBACK"));
        }
        if (row.status().terminal()) {
            throw EcsErrors.serviceDeploymentEnded(row.arn().text(), row.status().name());
        }
        ServiceDeployment next =
                type == StopServiceDeploymentStopType.ABORT
                        ? Deployments.stopRequested(row, clock.now())
                        : Deployments.rollbackRequested(row, clock.now());
        if (!next.equals(row)) {
            tx.put(tx.world().serviceDeployments(), next.arn(), next);
        }
        return StopServiceDeploymentResponse.builder()
                .serviceDeploymentArn(next.arn().text())
                .build();
    }

    ContinueServiceDeploymentResponse continueServiceDeployment(
            Tx tx, ContinueServiceDeploymentRequest request) {
        ServiceDeployment row = existing(tx.world(), request.serviceDeploymentArn());
        if (row.status().terminal()) {
            throw EcsErrors.invalidParameter(
                    "Continuing a service deployment is not allowed for service deployment in"
                            + " terminal states.");
        }
        String hook = request.hookId();
        if (hook == null || !hook.matches("ecs-[a-z]+-[A-Za-z0-9_-]{1,64}")) {
            throw EcsErrors.invalidParameter(
                    "Invalid hookId: hookId must follow the format: ecs-{hookType}-{id}");
        }
        boolean goesOn =
                switch (request.action()) {
                    case null -> true;
                    case CONTINUE -> true;
                    case ROLLBACK -> false;
                    case UNKNOWN_TO_SDK_VERSION ->
                            throw EcsErrors.notOneOf("action", List.of("CONTINUE", "ROLLBACK"));
                };
        ServiceDeployment next = Deployments.continued(row, hook, goesOn);
        if (next == null) {
            throw EcsErrors.invalidParameter(
                    "Provided hookId is either completed, unavailable, or not associated with the"
                            + " given Resource ARN");
        }
        tx.put(tx.world().serviceDeployments(), next.arn(), next);
        return ContinueServiceDeploymentResponse.builder()
                .serviceDeploymentArn(next.arn().text())
                .build();
    }

    private static ServiceDeployment existing(World world, @Nullable String text) {
        if (text == null || text.isEmpty()) {
            throw EcsErrors.invalidParameter("serviceDeploymentArn can not be blank."); // [?]
        }
        ServiceDeploymentArn arn = arn(text, ServiceDeploymentArn::parse);
        ServiceDeployment row =
                arn.scope().equals(Identifiers.scope())
                        ? world.serviceDeployments().get(arn)
                        : null;
        if (row == null) {
            throw EcsErrors.serviceDeploymentNotFound();
        }
        return row;
    }

    private static List<String> checked(String member, List<String> arns) {
        if (arns.isEmpty()) {
            throw EcsErrors.invalidParameter(member + " cannot be empty."); // [?]
        }
        if (arns.size() > MAX_DESCRIBED) {
            throw EcsErrors.invalidParameter(
                    member + " cannot have more than " + MAX_DESCRIBED + " elements"); // [?]
        }
        return arns.stream().distinct().toList();
    }

    private static <T> T arn(String text, Function<String, T> parser) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException notOne) {
            throw EcsErrors.malformedArn();
        }
    }

    private static Failure missing(String arn) {
        return Failure.builder().arn(arn).reason("MISSING").build();
    }
}

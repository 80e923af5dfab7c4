package dev.dryberth.api.ecs;

import dev.dryberth.core.model.Family;
import dev.dryberth.core.model.Scope;
import dev.dryberth.core.model.TaskDefinition;
import dev.dryberth.core.model.TaskDefinitionArn;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.ecs.model.ListTaskDefinitionFamiliesRequest;
import software.amazon.awssdk.services.ecs.model.ListTaskDefinitionFamiliesResponse;
import software.amazon.awssdk.services.ecs.model.ListTaskDefinitionsRequest;
import software.amazon.awssdk.services.ecs.model.ListTaskDefinitionsResponse;
import software.amazon.awssdk.services.ecs.model.SortOrder;
import software.amazon.awssdk.services.ecs.model.TaskDefinitionFamilyStatus;
import software.amazon.awssdk.services.ecs.model.TaskDefinitionStatus;

import java.util.List;
import java.util.SequencedCollection;

/**
 * The two listings of task definitions, in the order of family names and then of revisions as
 * numbers, which is the order of the table. A page starts right behind the last row of the page
 * before, so it costs what it shows and not what the whole list holds. Runs on the loop thread.
 */
final class TaskDefinitionLists {

    /** Greater than every family name, because they have no {@code ~}. */
    private static final String AFTER_ALL_NAMES = "~";

    ListTaskDefinitionsResponse listTaskDefinitions(Tx tx, ListTaskDefinitionsRequest request) {
        TaskDefinitionStatus status = request.status();
        if (status == TaskDefinitionStatus.UNKNOWN_TO_SDK_VERSION) {
            throw EcsErrors.notOneOf("status", List.of("ACTIVE", "INACTIVE", "DELETE_IN_PROGRESS"));
        }
        if (request.sort() == SortOrder.UNKNOWN_TO_SDK_VERSION) {
            throw EcsErrors.notOneOf("sort", List.of("ASC", "DESC"));
        }
        TaskDefinitionStatus wanted = status == null ? TaskDefinitionStatus.ACTIVE : status;
        boolean descending = request.sort() == SortOrder.DESC;
        Paging paging =
                Paging.upTo100("ListTaskDefinitions", request.maxResults(), request.nextToken());
        Place after = paging.after() == null ? null : Place.parse(paging.after());
        Scope scope = Identifiers.scope();
        String family = emptyToNull(request.familyPrefix());
        SequencedCollection<TaskDefinition> rows =
                rows(tx.world(), scope, family, after, descending);
        Paging.Page<TaskDefinition> page =
                paging.take(
                        descending ? rows.reversed() : rows,
                        row -> row.document().status() == wanted,
                        row -> Place.of(row.arn()).toString());
        return ListTaskDefinitionsResponse.builder()
                .taskDefinitionArns(
                        page.items().stream().map(definition -> definition.arn().text()).toList())
                .nextToken(page.nextToken())
                .build();
    }

    ListTaskDefinitionFamiliesResponse listTaskDefinitionFamilies(
            Tx tx, ListTaskDefinitionFamiliesRequest request) {
        TaskDefinitionFamilyStatus status = request.status();
        if (status == TaskDefinitionFamilyStatus.UNKNOWN_TO_SDK_VERSION) {
            throw EcsErrors.notOneOf("status", List.of("ACTIVE", "INACTIVE", "ALL"));
        }
        Paging paging =
                Paging.upTo100(
                        "ListTaskDefinitionFamilies", request.maxResults(), request.nextToken());
        Scope scope = Identifiers.scope();
        String prefix = request.familyPrefix() == null ? "" : request.familyPrefix();
        String after = paging.after();
        String from = after == null || after.compareTo(prefix) < 0 ? prefix : after + '\u0000';
        SequencedCollection<Family> rows =
                tx.world()
                        .families()
                        .between(
                                new Family.Key(scope, from),
                                new Family.Key(scope, prefix + AFTER_ALL_NAMES));
        Paging.Page<Family> page =
                paging.take(rows, family -> shows(tx.world(), family, status), Family::name);
        return ListTaskDefinitionFamiliesResponse.builder()
                .families(page.items().stream().map(Family::name).toList())
                .nextToken(page.nextToken())
                .build();
    }

    /** A row's place in the listing; the text is {@code family:revision}. */
    private record Place(String family, int revision) {

        static Place of(TaskDefinitionArn arn) {
            return new Place(arn.family(), arn.revision());
        }

        static Place parse(String text) {
            TaskDefinitionReference reference = Identifiers.taskDefinition(text);
            if (reference.revision() == null) {
                throw EcsErrors.badToken();
            }
            return new Place(reference.family(), reference.revision());
        }

        @Override
        public String toString() {
            return family + ":" + revision;
        }
    }

    /** The rows of one family or all, from behind {@code after} on in the direction asked for. */
    private static SequencedCollection<TaskDefinition> rows(
            World world,
            Scope scope,
            @Nullable String family,
            @Nullable Place after,
            boolean descending) {
        TaskDefinitionArn from = new TaskDefinitionArn(scope, family == null ? "" : family, 0);
        TaskDefinitionArn to =
                new TaskDefinitionArn(
                        scope, family == null ? AFTER_ALL_NAMES : family, Integer.MAX_VALUE);
        if (after != null && descending) {
            TaskDefinitionArn last = new TaskDefinitionArn(scope, after.family(), after.revision());
            to = last.compareTo(to) < 0 ? last : to;
        } else if (after != null) {
            TaskDefinitionArn next =
                    new TaskDefinitionArn(scope, after.family(), after.revision() + 1);
            from = next.compareTo(from) > 0 ? next : from;
        }
        return world.taskDefinitions().between(from, to);
    }

    /** A family whose last revision is deleted is listed no more. */
    private static boolean shows(
            World world, Family family, @Nullable TaskDefinitionFamilyStatus status) {
        boolean any = false;
        for (TaskDefinition each :
                rows(world, family.scope(), family.name(), null, true).reversed()) {
            any = true;
            if (status == null || status == TaskDefinitionFamilyStatus.ALL) {
                return true;
            }
            if (each.active()) {
                return status == TaskDefinitionFamilyStatus.ACTIVE;
            }
        }
        return any && status == TaskDefinitionFamilyStatus.INACTIVE;
    }

    private static @Nullable String emptyToNull(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }
}

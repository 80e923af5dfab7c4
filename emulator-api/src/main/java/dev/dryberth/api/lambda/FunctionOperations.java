package dev.dryberth.api.lambda;

import dev.dryberth.api.aws.paging.PageToken;
import dev.dryberth.core.loop.Clock;
import dev.dryberth.core.loop.Ids;
import dev.dryberth.core.model.FunctionArn;
import dev.dryberth.core.model.LambdaFunction;
import dev.dryberth.core.state.Tx;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionRequest;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionResponse;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;
import software.amazon.awssdk.services.lambda.model.GetFunctionRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionResponse;
import software.amazon.awssdk.services.lambda.model.ListFunctionsRequest;
import software.amazon.awssdk.services.lambda.model.ListFunctionsResponse;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionCodeRequest;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionConfigurationRequest;

import java.util.ArrayList;
import java.util.List;

/** Functions come, change and go. Loop thread. */
final class FunctionOperations {

    private static final String LIST = "ListFunctions";

    /** All that Lambda shows at once, however many are asked for. */
    private static final int MAX_LISTED = 50;

    private static final int MAX_ASKED = 10_000;
    private static final int MAX_FUNCTIONS = 1000;
    private static final int NO_CONTENT = 204;

    private final Clock clock;
    private final Ids ids;

    FunctionOperations(Clock clock, Ids ids) {
        this.clock = clock;
        this.ids = ids;
    }

    FunctionConfiguration create(Tx tx, CreateFunctionRequest request) {
        FunctionArn arn = FunctionNames.arn(request.functionName(), null);
        UnbuiltParts.refuse(request);
        LambdaFunction row =
                new LambdaFunction(
                        arn,
                        FunctionRules.imageUri(
                                request.code() == null ? null : request.code().imageUri()),
                        true,
                        null,
                        null,
                        FunctionRules.settings(request),
                        clock.now(),
                        ids.uuid(),
                        FunctionTags.merged(List.of(), request.tags()));
        if (tx.world().functions().get(arn) != null) {
            throw LambdaErrors.conflict("Function already exist: " + arn.name());
        }
        if (tx.world().functions().size() >= MAX_FUNCTIONS) {
            throw LambdaErrors.tooManyFunctions(MAX_FUNCTIONS);
        }
        return put(tx, row);
    }

    FunctionConfiguration updateCode(Tx tx, UpdateFunctionCodeRequest request) {
        UnbuiltParts.refuse(request);
        LambdaFunction row = changeable(tx, request.functionName(), request.revisionId());
        LambdaFunction next =
                row.wanting(FunctionRules.imageUri(request.imageUri()), clock.now(), ids.uuid());
        return Boolean.TRUE.equals(request.dryRun())
                ? FunctionViews.configuration(row)
                : put(tx, next);
    }

    FunctionConfiguration updateConfiguration(Tx tx, UpdateFunctionConfigurationRequest request) {
        UnbuiltParts.refuse(request);
        LambdaFunction row = changeable(tx, request.functionName(), request.revisionId());
        return put(
                tx,
                row.withSettings(
                        FunctionRules.settings(row.settings(), request), clock.now(), ids.uuid()));
    }

    /** One that nothing is under way with. */
    private static LambdaFunction changeable(
            Tx tx, @Nullable String name, @Nullable String revisionId) {
        LambdaFunction row = FunctionNames.row(tx.world(), name, null);
        if (row.state() == LambdaFunction.State.PENDING) {
            throw inState("Pending");
        }
        if (row.lookingUp()) {
            throw LambdaErrors.conflict(
                    "The operation cannot be performed at this time. An update is in progress for resource: "
                            + row.arn().text());
        }
        if (revisionId != null && !revisionId.equals(row.revisionId())) {
            throw LambdaErrors.changedSince();
        }
        return row;
    }

    static RuntimeException inState(String state) {
        return LambdaErrors.conflict(
                "The operation cannot be performed at this time. The function is currently in the following state: "
                        + state);
    }

    private static FunctionConfiguration put(Tx tx, LambdaFunction row) {
        tx.put(tx.world().functions(), row.arn(), row);
        return FunctionViews.configuration(row);
    }

    DeleteFunctionResponse delete(Tx tx, DeleteFunctionRequest request) {
        if (FunctionArn.LATEST.equals(request.qualifier())) {
            throw LambdaErrors.parameter(
                    "$LATEST version cannot be deleted without deleting the function.");
        }
        LambdaFunction row =
                FunctionNames.row(tx.world(), request.functionName(), request.qualifier());
        tx.delete(tx.world().functions(), row.arn());
        return DeleteFunctionResponse.builder().statusCode(NO_CONTENT).build();
    }

    GetFunctionResponse get(Tx tx, GetFunctionRequest request) {
        LambdaFunction row =
                FunctionNames.row(tx.world(), request.functionName(), request.qualifier());
        return GetFunctionResponse.builder()
                .configuration(FunctionViews.configuration(row))
                .code(FunctionViews.code(row))
                .tags(row.tags().isEmpty() ? null : FunctionViews.tags(row))
                .build();
    }

    FunctionConfiguration configuration(Tx tx, @Nullable String name, @Nullable String qualifier) {
        return FunctionViews.configuration(FunctionNames.row(tx.world(), name, qualifier));
    }

    ListFunctionsResponse list(Tx tx, ListFunctionsRequest request) {
        Integer asked = request.maxItems();
        if (asked != null && (asked < 1 || asked > MAX_ASKED)) {
            throw LambdaErrors.constraint(
                    "maxItems", asked, "Member must have value between 1 and " + MAX_ASKED);
        }
        String after = request.marker() == null ? "" : PageToken.key(LIST, request.marker());
        if (after == null) {
            throw LambdaErrors.parameter("Invalid marker: " + request.marker());
        }
        int most = asked == null ? MAX_LISTED : Math.min(asked, MAX_LISTED);
        List<FunctionConfiguration> page = new ArrayList<>();
        String next = null;
        for (LambdaFunction each : tx.world().functions().all()) {
            boolean listed =
                    each.arn().scope().equals(FunctionNames.scope())
                            && each.arn().name().compareTo(after) > 0
                            // Which asks for copies at the edge, and nothing else.
                            && request.masterRegion() == null;
            if (!listed) {
                continue;
            }
            if (page.size() == most) {
                next = PageToken.of(LIST, page.getLast().functionName());
                break;
            }
            page.add(FunctionViews.configuration(each));
        }
        return ListFunctionsResponse.builder().functions(page).nextMarker(next).build();
    }
}

package dev.dryberth.api.lambda;

import dev.dryberth.api.aws.AwsService;
import dev.dryberth.core.engine.Engine;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.CreateFunctionResponse;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionRequest;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionResponse;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;
import software.amazon.awssdk.services.lambda.model.GetFunctionConfigurationRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionConfigurationResponse;
import software.amazon.awssdk.services.lambda.model.GetFunctionRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionResponse;
import software.amazon.awssdk.services.lambda.model.InvokeRequest;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.ListFunctionsRequest;
import software.amazon.awssdk.services.lambda.model.ListFunctionsResponse;
import software.amazon.awssdk.services.lambda.model.ListTagsRequest;
import software.amazon.awssdk.services.lambda.model.ListTagsResponse;
import software.amazon.awssdk.services.lambda.model.TagResourceRequest;
import software.amazon.awssdk.services.lambda.model.TagResourceResponse;
import software.amazon.awssdk.services.lambda.model.UntagResourceRequest;
import software.amazon.awssdk.services.lambda.model.UntagResourceResponse;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionCodeRequest;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionCodeResponse;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionConfigurationRequest;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionConfigurationResponse;

import java.util.List;

/**
 * AWS Lambda: the table of contents. What is not overridden is not built, and says so. May be
 * called on any thread; {@link #invoke} waits, so not on the loop.
 */
public final class Lambda implements LambdaClient {

    private final Engine engine;

    /** Made with the first call: a daemon nobody asks for functions pays nothing. */
    private @Nullable Parts parts;

    public Lambda(Engine engine) {
        this.engine = engine;
    }

    /** Lambda as the request chain serves it. */
    public AwsService service() {
        return new AwsService(
                        "lambda",
                        "AWSLambda",
                        List.of("lambda"),
                        LambdaRoutes.protocol(),
                        LambdaClient.class,
                        this)
                .withRecordedOnly(
                        List.of(
                                "CreateFunction.Architectures",
                                "CreateFunction.Role",
                                "UpdateFunctionConfiguration.Role"))
                .withWaiting(List.of("Invoke"));
    }

    private static final class Parts {

        final FunctionOperations functions;
        final FunctionTags tags = new FunctionTags();
        final Invocations invocations;

        Parts(Engine engine) {
            functions = new FunctionOperations(engine.loop().clock(), engine.ids());
            invocations = new Invocations(engine);
        }
    }

    private synchronized Parts parts() {
        if (parts == null) {
            parts = new Parts(engine);
        }
        return parts;
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}

    @Override
    public CreateFunctionResponse createFunction(CreateFunctionRequest request) {
        FunctionConfiguration made = engine.call(tx -> parts().functions.create(tx, request));
        return Same.as(made, CreateFunctionResponse.builder()).build();
    }

    @Override
    public UpdateFunctionCodeResponse updateFunctionCode(UpdateFunctionCodeRequest request) {
        FunctionConfiguration now = engine.call(tx -> parts().functions.updateCode(tx, request));
        return Same.as(now, UpdateFunctionCodeResponse.builder()).build();
    }

    @Override
    public UpdateFunctionConfigurationResponse updateFunctionConfiguration(
            UpdateFunctionConfigurationRequest request) {
        FunctionConfiguration now =
                engine.call(tx -> parts().functions.updateConfiguration(tx, request));
        return Same.as(now, UpdateFunctionConfigurationResponse.builder()).build();
    }

    @Override
    public DeleteFunctionResponse deleteFunction(DeleteFunctionRequest request) {
        return engine.call(tx -> parts().functions.delete(tx, request));
    }

    @Override
    public GetFunctionResponse getFunction(GetFunctionRequest request) {
        return engine.call(tx -> parts().functions.get(tx, request));
    }

    @Override
    public GetFunctionConfigurationResponse getFunctionConfiguration(
            GetFunctionConfigurationRequest request) {
        FunctionConfiguration found =
                engine.call(tx ->
                        parts().functions
                                .configuration(tx, request.functionName(), request.qualifier()));
        return Same.as(found, GetFunctionConfigurationResponse.builder()).build();
    }

    @Override
    public ListFunctionsResponse listFunctions(ListFunctionsRequest request) {
        return engine.call(tx -> parts().functions.list(tx, request));
    }

    @Override
    public InvokeResponse invoke(InvokeRequest request) {
        return parts().invocations.invoke(request);
    }

    @Override
    public TagResourceResponse tagResource(TagResourceRequest request) {
        return engine.call(tx -> parts().tags.tag(tx, request));
    }

    @Override
    public UntagResourceResponse untagResource(UntagResourceRequest request) {
        return engine.call(tx -> parts().tags.untag(tx, request));
    }

    @Override
    public ListTagsResponse listTags(ListTagsRequest request) {
        return engine.call(tx -> parts().tags.list(tx, request));
    }
}

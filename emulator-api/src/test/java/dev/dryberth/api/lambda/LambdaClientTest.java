package dev.dryberth.api.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.dryberth.core.runtime.simulated.ImageScript;
import dev.dryberth.core.runtime.simulated.SimulatedRuntime;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;
import software.amazon.awssdk.services.lambda.model.GetFunctionResponse;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.LastUpdateStatus;
import software.amazon.awssdk.services.lambda.model.ListFunctionsResponse;
import software.amazon.awssdk.services.lambda.model.LogType;
import software.amazon.awssdk.services.lambda.model.PackageType;
import software.amazon.awssdk.services.lambda.model.ResourceConflictException;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;
import software.amazon.awssdk.services.lambda.model.State;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Lambda as a client of the SDK sees it. */
@SuppressWarnings("unchecked") // The builders take lambdas as varargs.
class LambdaClientTest {

    private static final String ARN = "arn:aws:lambda:us-east-1:000000000000:function:";
    private static final String ROLE = "arn:aws:iam::000000000000:role/functions";

    private LambdaFixture fixture;
    private LambdaClient lambda;

    @BeforeEach
    void start() {
        fixture = new LambdaFixture(loop -> new ThreadContainers());
        lambda = fixture.client;
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private static CreateFunctionRequest.Builder function(String name) {
        return CreateFunctionRequest.builder()
                .functionName(name)
                .packageType(PackageType.IMAGE)
                .code(code -> code.imageUri("repo/hello:1"))
                .role(ROLE);
    }

    private void create(String name) {
        lambda.createFunction(function(name).build());
        lambda.waiter().waitUntilFunctionActiveV2(request -> request.functionName(name));
    }

    private String refusal(Consumer<CreateFunctionRequest.Builder> change) {
        CreateFunctionRequest.Builder request = function("refused");
        change.accept(request);
        return refusal(() -> lambda.createFunction(request.build()));
    }

    private static String refusal(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        AwsServiceException refused = catchThrowableOfType(AwsServiceException.class, call);
        return refused.statusCode()
                + " "
                + refused.awsErrorDetails().errorCode()
                + " "
                + refused.awsErrorDetails().errorMessage();
    }

    private InvokeResponse invoke(String payload) {
        return lambda.invoke(
                request -> request.functionName("hello").payload(SdkBytes.fromUtf8String(payload)));
    }

    @Test
    void aFunctionIsShownAsItWasMade() {
        lambda.createFunction(
                function("hello")
                        .description("says hello")
                        .timeout(30)
                        .memorySize(512)
                        .environment(environment -> environment.variables(Map.of("A1", "b")))
                        .imageConfig(image -> image.command("app.handler").workingDirectory("/srv"))
                        .tags(Map.of("team", "x"))
                        .build());
        lambda.waiter().waitUntilFunctionActiveV2(request -> request.functionName("hello"));
        GetFunctionResponse got = lambda.getFunction(request -> request.functionName("hello"));
        FunctionConfiguration shown = got.configuration();
        assertThat(shown.functionArn()).isEqualTo(ARN + "hello");
        assertThat(shown.state()).isEqualTo(State.ACTIVE);
        assertThat(shown.lastUpdateStatus()).isEqualTo(LastUpdateStatus.SUCCESSFUL);
        assertThat(shown.timeout()).isEqualTo(30);
        assertThat(shown.memorySize()).isEqualTo(512);
        assertThat(shown.environment().variables()).isEqualTo(Map.of("A1", "b"));
        assertThat(shown.imageConfigResponse().imageConfig().command())
                .containsExactly("app.handler");
        assertThat(shown.lastModified()).matches("20\\d\\d-\\d\\d-\\d\\dT[0-9:.]+\\+0000");
        assertThat(got.code().imageUri()).isEqualTo("repo/hello:1");
        assertThat(got.code().resolvedImageUri()).isEqualTo("repo/hello@sha256:repo/hello:1");
        assertThat(got.tags()).isEqualTo(Map.of("team", "x"));
        assertThat(
                        lambda.getFunctionConfiguration(
                                        request -> request.functionName("function:hello:$LATEST"))
                                .revisionId())
                .isEqualTo(shown.revisionId());
        assertThat(refusal(() -> lambda.createFunction(function("hello").build())))
                .isEqualTo("409 ResourceConflictException Function already exist: hello");
    }

    @Test
    void anImageThatIsNotThereFailsTheFunction() {
        lambda.createFunction(function("hello").code(code -> code.imageUri("missing:1")).build());
        awaitFailure(lambda);
        FunctionConfiguration shown =
                lambda.getFunction(request -> request.functionName("hello")).configuration();
        assertThat(shown.stateAsString()).isEqualTo("Failed");
        assertThat(shown.stateReason()).isEqualTo("pull access denied");
        assertThat(shown.stateReasonCodeAsString()).isEqualTo("ImageAccessDenied");
        assertThat(refusal(() -> invoke("{}")))
                .isEqualTo(
                        "409 ResourceConflictException The operation cannot be performed at this time. The function is currently in the following state: Failed (pull access denied)");
    }

    private static void awaitFailure(LambdaClient client) {
        assertThat(
                        catchThrowableOfType(
                                SdkClientException.class,
                                () ->
                                        client.waiter()
                                                .waitUntilFunctionActiveV2(
                                                        request -> request.functionName("hello"))))
                .hasMessageContaining("failure state");
    }

    @Test
    void aSimulatedRuntimeSaysThatFunctionsNeedDocker() {
        try (LambdaFixture simulated =
                new LambdaFixture(
                        loop -> new SimulatedRuntime(loop, new ImageScript(loop.clock())))) {
            simulated.client.createFunction(function("hello").build());
            awaitFailure(simulated.client);
            FunctionConfiguration shown =
                    simulated
                            .client
                            .getFunction(request -> request.functionName("hello"))
                            .configuration();
            assertThat(shown.stateAsString()).isEqualTo("Failed");
            assertThat(shown.stateReason())
                    .contains("functions run in containers", "--runtime docker");
        }
    }

    @Test
    void itIsCalledAndAnswers() {
        create("hello");
        InvokeResponse answered = invoke("{\"a\":1}");
        assertThat(answered.statusCode()).isEqualTo(200);
        assertThat(answered.payload().asUtf8String()).isEqualTo("{\"a\":1}");
        assertThat(answered.executedVersion()).isEqualTo("$LATEST");
        assertThat(answered.functionError()).isNull();
        assertThat(invoke("{\"fail\":1}").functionError()).isEqualTo("Unhandled");
        assertThat(invoke("").payload().asUtf8String()).isEqualTo("{}");
        String tail =
                lambda.invoke(request -> request.functionName(ARN + "hello").logType(LogType.TAIL))
                        .logResult();
        assertThat(new String(Base64.getDecoder().decode(tail), UTF_8))
                .startsWith("START RequestId: ")
                .contains("\nsaid something\nEND RequestId: ");
        assertThat(
                        lambda.invoke(request ->
                                        request.functionName("hello")
                                                .invocationType(InvocationType.DRY_RUN))
                                .statusCode())
                .isEqualTo(204);
        assertThat(
                        lambda.invoke(request ->
                                        request.functionName("hello")
                                                .invocationType(InvocationType.EVENT))
                                .statusCode())
                .isEqualTo(202);
        assertThat(refusal(() -> invoke("{")))
                .startsWith(
                        "400 InvalidRequestContentException Could not parse request body into json");
        assertThat(
                        refusal(() ->
                                lambda.invoke(request ->
                                        request.functionName("hello").qualifier("live"))))
                .isEqualTo(
                        "404 ResourceNotFoundException Function not found: " + ARN + "hello:live");
    }

    @Test
    void itChangesAndGoes() {
        create("hello");
        invoke("{}");
        assertThat(
                        lambda.updateFunctionCode(request ->
                                        request.functionName("hello").imageUri("repo/hello:2"))
                                .lastUpdateStatus())
                .isEqualTo(LastUpdateStatus.IN_PROGRESS);
        lambda.waiter().waitUntilFunctionUpdatedV2(request -> request.functionName("hello"));
        String revision =
                lambda.updateFunctionConfiguration(
                                request -> request.functionName("hello").timeout(9))
                        .revisionId();
        FunctionConfiguration shown =
                lambda.getFunction(request -> request.functionName("hello")).configuration();
        assertThat(shown.timeout()).isEqualTo(9);
        assertThat(shown.codeSha256()).isEqualTo("repo/hello:2");
        assertThat(shown.revisionId()).isEqualTo(revision);
        assertThat(
                        refusal(() ->
                                lambda.updateFunctionConfiguration(request ->
                                        request.functionName("hello").revisionId("old"))))
                .startsWith("412 PreconditionFailedException");
        assertThat(invoke("{\"b\":2}").payload().asUtf8String()).isEqualTo("{\"b\":2}");

        lambda.tagResource(request -> request.resource(ARN + "hello").tags(Map.of("a", "1")));
        lambda.tagResource(request -> request.resource(ARN + "hello").tags(Map.of("b", "2")));
        lambda.untagResource(request -> request.resource(ARN + "hello").tagKeys("a"));
        assertThat(lambda.listTags(request -> request.resource(ARN + "hello")).tags())
                .isEqualTo(Map.of("b", "2"));

        lambda.deleteFunction(request -> request.functionName("hello"));
        assertThat(
                        catchThrowableOfType(
                                ResourceNotFoundException.class,
                                () -> lambda.getFunction(request -> request.functionName("hello"))))
                .hasMessageContaining("Function not found: " + ARN + "hello");
        assertThat(catchThrowableOfType(ResourceNotFoundException.class, () -> invoke("{}")))
                .isNotNull();
    }

    @Test
    void listsArePaged() {
        for (String each : List.of("b", "a", "c")) {
            lambda.createFunction(function(each).build());
        }
        ListFunctionsResponse first = lambda.listFunctions(request -> request.maxItems(2));
        assertThat(first.functions())
                .extracting(FunctionConfiguration::functionName)
                .containsExactly("a", "b");
        ListFunctionsResponse last =
                lambda.listFunctions(request -> request.marker(first.nextMarker()));
        assertThat(last.functions())
                .extracting(FunctionConfiguration::functionName)
                .containsExactly("c");
        assertThat(last.nextMarker()).isNull();
        assertThat(refusal(() -> lambda.listFunctions(request -> request.marker("no"))))
                .startsWith("400 InvalidParameterValueException");
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThat(refusal(request -> request.timeout(901)))
                .isEqualTo(
                        "400 ValidationException 1 validation error detected: Value '901' at 'timeout' failed to satisfy constraint: Member must have value less than or equal to 900");
        assertThat(refusal(request -> request.memorySize(64)))
                .contains("'memorySize'", "greater than or equal to 128");
        assertThat(refusal(request -> request.functionName("a b"))).contains("'functionName'");
        assertThat(refusal(request -> request.role("nobody"))).contains("'role'");
        assertThat(
                        refusal(request ->
                                request.environment(environment ->
                                        environment.variables(Map.of("AWS_REGION", "x")))))
                .startsWith(
                        "400 InvalidParameterValueException Lambda was unable to configure your environment variables")
                .endsWith("Reserved keys used in this request: AWS_REGION");
        assertThat(refusal(request -> request.packageType(PackageType.ZIP)))
                .isEqualTo(
                        "501 UnsupportedOperationException Dryberth does not implement functions of a package type other than Image.");
        assertThat(refusal(request -> request.vpcConfig(vpc -> vpc.subnetIds("subnet-1"))))
                .startsWith("501");
        assertThat(refusal(() -> lambda.publishVersion(request -> request.functionName("a"))))
                .startsWith(
                        "501 UnsupportedOperationException Dryberth does not implement lambda:PublishVersion yet.");
        assertThat(
                        catchThrowableOfType(
                                ResourceConflictException.class,
                                () -> lambda.createFunction(function("a").build())))
                .isNull();
    }

    /** For curl, and for who forgets to sign. */
    @Test
    void aRequestWithoutSignatureIsToldByItsPath() throws Exception {
        try (HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            create("hello");
            URI functions = fixture.uri.resolve("/2015-03-31/functions/");
            assertThat(
                            http.send(
                                            HttpRequest.newBuilder(functions).build(),
                                            BodyHandlers.ofString())
                                    .body())
                    .contains("\"FunctionName\":\"hello\"");
            assertThat(
                            http.send(
                                            HttpRequest.newBuilder(
                                                            functions.resolve("hello/invocations"))
                                                    .POST(HttpRequest.BodyPublishers.ofString("1"))
                                                    .build(),
                                            BodyHandlers.ofString())
                                    .body())
                    .isEqualTo("1");
            var missing =
                    http.send(
                            HttpRequest.newBuilder(functions.resolve("none")).build(),
                            BodyHandlers.ofString());
            assertThat(missing.statusCode()).isEqualTo(404);
            assertThat(missing.headers().firstValue("x-amzn-ErrorType"))
                    .contains("ResourceNotFoundException");
            assertThat(missing.body())
                    .isEqualTo(
                            "{\"Message\":\"Function not found: "
                                    + ARN
                                    + "none\",\"Type\":\"User\"}");
        }
    }
}

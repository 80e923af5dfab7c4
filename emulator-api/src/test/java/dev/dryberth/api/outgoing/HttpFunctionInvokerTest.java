package dev.dryberth.api.outgoing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dryberth.api.proxy.FunctionServer;
import dev.dryberth.core.function.Invocation;
import dev.dryberth.core.function.Invocation.Cause;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

class HttpFunctionInvokerTest {

    private static final String ARN = "arn:aws:lambda:eu-west-1:123456789012:function:hello";

    private final FunctionServer server = new FunctionServer(FunctionServer.returning("{}"));

    HttpFunctionInvokerTest() throws IOException {}

    @AfterEach
    void stop() {
        server.close();
    }

    private static Invocation call(FunctionEndpoints endpoints, String arn) {
        return new HttpFunctionInvoker(endpoints).invoke(arn, new byte[] {'{', '}'}).join();
    }

    private static Cause cause(Invocation invocation) {
        assertThat(invocation).isInstanceOf(Invocation.NotInvoked.class);
        return ((Invocation.NotInvoked) invocation).cause();
    }

    @ParameterizedTest(name = "{0} {1}{2}: {3}")
    @CsvSource(
            nullValues = "-",
            value = {
                "-,     '',           '',        /2015-03-31/functions/hello/invocations",
                "-,     /,            '',        /2015-03-31/functions/hello/invocations",
                "-,     /lambda/,     '',        /lambda/2015-03-31/functions/hello/invocations",
                "-,     '',           :prod,     /2015-03-31/functions/hello/invocations?Qualifier=prod",
                "-,     '',           :$LATEST,  /2015-03-31/functions/hello/invocations?Qualifier=%24LATEST",
                "hello, '',           '',        /2015-03-31/functions/hello/invocations",
                "hello, /functions/f, :prod,     /functions/f",
                "hello, /2015-03-31/functions/function/invocations, '', /2015-03-31/functions/function/invocations"
            })
    void callsTheFunctionWhereItLives(
            @org.jspecify.annotations.Nullable String own,
            String path,
            String qualifier,
            String target) {
        FunctionEndpoints none = FunctionEndpoints.none();
        String url = server.url() + path;

        Invocation invocation =
                call(own == null ? none.with(url) : none.with(own, url), ARN + qualifier);

        assertThat(invocation).isInstanceOf(Invocation.Returned.class);
        assertThat(server.calls())
                .singleElement()
                .satisfies(call -> {
                    assertThat(call.target()).isEqualTo("POST " + target);
                    assertThat(call.event()).isEqualTo("{}");
                    assertThat(call.authorization())
                            .contains("Credential=123456789012/")
                            .contains("/eu-west-1/lambda/aws4_request");
                });
    }

    @Test
    void prefersAFunctionsOwnUrlAndKnowsNoOthers() throws IOException {
        try (FunctionServer other = new FunctionServer(FunctionServer.returning("{}"))) {
            FunctionEndpoints both =
                    FunctionEndpoints.none().with(server.url()).with("other", other.url());
            call(both, ARN);
            call(both, ARN.replace("hello", "other"));
            assertThat(server.calls()).hasSize(1);
            assertThat(other.calls()).hasSize(1);
        }
        FunctionEndpoints one = FunctionEndpoints.none().with("other", server.url());
        assertThat(cause(call(one, ARN))).isEqualTo(Cause.NOT_FOUND);
        assertThat(cause(call(one, "no ARN"))).isEqualTo(Cause.NOT_FOUND);
        assertThat(call(FunctionEndpoints.none(), ARN))
                .hasToString(
                        "NotInvoked[cause=NOT_FOUND, message=there is nobody to call "
                                + ARN
                                + ": make it here with CreateFunction, or start Dryberth with --delegate lambda=URL]");
    }

    @Test
    void tellsTheFunctionsFailureFromItsResult() {
        server.become((exchange, event) ->
                FunctionServer.answer(
                        exchange,
                        200,
                        "{\"errorType\":\"E\"}",
                        "X-Amz-Function-Error",
                        "Unhandled"));

        Invocation invocation = call(FunctionEndpoints.none().with(server.url()), ARN);

        assertThat(invocation).isInstanceOf(Invocation.Failed.class);
        Invocation.Failed failed = (Invocation.Failed) invocation;
        assertThat(failed.error()).isEqualTo("Unhandled");
        assertThat(new String(failed.payload(), StandardCharsets.UTF_8))
                .isEqualTo("{\"errorType\":\"E\"}");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "302, SERVICE_FAILED",
        "400, SERVICE_FAILED",
        "401, ACCESS_DENIED",
        "403, ACCESS_DENIED",
        "404, NOT_FOUND",
        "413, REQUEST_TOO_LARGE",
        "429, THROTTLED",
        "500, SERVICE_FAILED"
    })
    void saysWhyThereIsNoResult(int status, Cause expected) {
        server.become((exchange, event) ->
                FunctionServer.answer(exchange, status, "because", "Location", server.url()));

        Invocation invocation = call(FunctionEndpoints.none().with(server.url()), ARN);

        assertThat(cause(invocation)).isEqualTo(expected);
        assertThat(((Invocation.NotInvoked) invocation).message())
                .endsWith("answered " + status + ": because");
        assertThat(server.calls()).hasSize(1);
    }

    @Test
    void saysThatNobodyAnswers() {
        server.close();

        Invocation invocation = call(FunctionEndpoints.none().with(server.url()), ARN);

        assertThat(cause(invocation)).isEqualTo(Cause.SERVICE_FAILED);
        assertThat(((Invocation.NotInvoked) invocation).message()).startsWith(server.url());
    }

    @Test
    void neitherSendsNorReadsMoreThanLambdaWould() {
        FunctionEndpoints all = FunctionEndpoints.none().with(server.url());
        byte[] tooLong = new byte[HttpFunctionInvoker.MAX_PAYLOAD_BYTES + 1];
        assertThat(cause(new HttpFunctionInvoker(all).invoke(ARN, tooLong).join()))
                .isEqualTo(Cause.REQUEST_TOO_LARGE);

        server.become((exchange, event) -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(tooLong);
            exchange.getResponseBody().write(tooLong);
        });
        assertThat(cause(call(all, ARN))).isEqualTo(Cause.RESPONSE_TOO_LARGE);
    }

    @Test
    void makesOnlySoManyCallsAtOnce() {
        CompletableFuture<Boolean> answering = new CompletableFuture<>();
        server.become((exchange, event) -> {
            answering.join();
            FunctionServer.answer(exchange, 200, "{}");
        });
        HttpFunctionInvoker invoker =
                new HttpFunctionInvoker(FunctionEndpoints.none().with(server.url()), 1);
        CompletableFuture<Invocation> first = invoker.invoke(ARN, new byte[0]);

        assertThat(cause(invoker.invoke(ARN, new byte[0]).join())).isEqualTo(Cause.THROTTLED);
        answering.complete(true);
        assertThat(first.join()).isInstanceOf(Invocation.Returned.class);
        assertThat(invoker.invoke(ARN, new byte[0]).join()).isInstanceOf(Invocation.Returned.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "127.0.0.1:9000",
                "ftp://127.0.0.1",
                "http://",
                "http://a:b@127.0.0.1",
                "http://127.0.0.1?x",
                "http://127.0.0.1#x",
                "http://a b"
            })
    void refusesWhatIsNoPlainUrl(String url) {
        assertThatThrownBy(() -> FunctionEndpoints.none().with(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'" + url + "' (expected: a URL like http://127.0.0.1:9000)");
    }

    @Test
    void refusesWhatIsNoFunctionsName() {
        assertThatThrownBy(() -> FunctionEndpoints.none().with("a:b", "http://127.0.0.1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("'a:b' (expected: ");
    }
}

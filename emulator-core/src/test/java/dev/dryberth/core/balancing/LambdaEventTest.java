package dev.dryberth.core.balancing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

class LambdaEventTest {

    private static final String GROUP =
            "arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/fn/0123456789abcdef";
    private static final ObjectMapper JSON = new ObjectMapper();

    private static JsonNode event(
            boolean multiValue, String target, List<HeaderField> headers, byte[] body)
            throws IOException {
        byte[] event = LambdaEvent.of(GROUP, multiValue, "POST", target, headers, body);
        assertThat(event).isNotNull();
        return JSON.readTree(event);
    }

    private static JsonNode event(boolean multiValue, String target, String... headers)
            throws IOException {
        List<HeaderField> fields = new ArrayList<>();
        for (int i = 0; i < headers.length; i += 2) {
            fields.add(new HeaderField(headers[i], headers[i + 1]));
        }
        return event(multiValue, target, fields, new byte[0]);
    }

    @Test
    void isTheWholeDocumentOfAws() throws IOException {
        byte[] event =
                LambdaEvent.of(
                        GROUP,
                        false,
                        "PUT",
                        "/cart?item=1",
                        List.of(
                                new HeaderField("Host", "shop.com"),
                                new HeaderField("Content-Type", "text/plain")),
                        "two".getBytes(StandardCharsets.UTF_8));

        assertThat(event).isNotNull();
        assertThat(new String(event, StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"requestContext\":{\"elb\":{\"targetGroupArn\":\""
                                + GROUP
                                + "\"}},\"httpMethod\":\"PUT\",\"path\":\"/cart\","
                                + "\"queryStringParameters\":{\"item\":\"1\"},"
                                + "\"headers\":{\"host\":\"shop.com\",\"content-type\":\"text/plain\"},"
                                + "\"body\":\"two\",\"isBase64Encoded\":false}");
    }

    @ParameterizedTest(name = "{0} {1}: {2} {3}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "false | /         | /       | {}",
                "false | /?        | /       | {}",
                "false | /a%20b?x  | /a%20b  | {'x':''}",
                "false | /?&x=1&&  | /       | {'x':'1'}",
                "false | /?x=1&x=2 | /       | {'x':'2'}",
                "false | /?x=a%20b+c&y=p=q | / | {'x':'a%20b+c','y':'p=q'}",
                "true  | /         | /       | {}",
                "true  | /?x=1&y=2&x=3 | /   | {'x':['1','3'],'y':['2']}"
            })
    void leavesPathAndQueryAsTheyCame(
            boolean multiValue, String target, String path, String parameters) throws IOException {
        JsonNode event = event(multiValue, target);

        assertThat(event.path("path").textValue()).isEqualTo(path);
        assertThat(
                        event.path(
                                multiValue
                                        ? "multiValueQueryStringParameters"
                                        : "queryStringParameters"))
                .isEqualTo(JSON.readTree(parameters.replace('\'', '"')));
        assertThat(event.has(multiValue ? "queryStringParameters" : "multiValueHeaders")).isFalse();
    }

    @Test
    void givesTheLastValueOfAHeaderOrAll() throws IOException {
        String[] headers = {"Cookie", "a=1", "X-One", "1", "cookie", "b=2"};

        assertThat(event(false, "/", headers).path("headers"))
                .isEqualTo(JSON.readTree("{\"cookie\":\"b=2\",\"x-one\":\"1\"}"));
        assertThat(event(true, "/", headers).path("multiValueHeaders"))
                .isEqualTo(JSON.readTree("{\"cookie\":[\"a=1\",\"b=2\"],\"x-one\":[\"1\"]}"));
    }

    @ParameterizedTest(name = "{0} {1}: {2}")
    @CsvSource(
            nullValues = "-",
            value = {
                "text/html,                        -,    false",
                "TEXT/css; charset=utf-8,          -,    false",
                "application/json,                 -,    false",
                "application/json;charset=UTF-8,   -,    false",
                "application/javascript,           -,    false",
                "application/xml,                  -,    false",
                "application/json,                 gzip, true",
                "application/octet-stream,         -,    true",
                "application/x-www-form-urlencoded,-,    true",
                "image/svg+xml,                    -,    true",
                "textual,                          -,    true",
                "-,                                -,    true"
            })
    void encodesWhatIsNoText(
            @Nullable String contentType, @Nullable String contentEncoding, boolean encoded)
            throws IOException {
        List<HeaderField> headers = new ArrayList<>();
        if (contentType != null) {
            headers.add(new HeaderField("Content-Type", contentType));
        }
        if (contentEncoding != null) {
            headers.add(new HeaderField("Content-Encoding", contentEncoding));
        }
        JsonNode event = event(false, "/", headers, "käse".getBytes(StandardCharsets.UTF_8));

        assertThat(event.path("isBase64Encoded").booleanValue()).isEqualTo(encoded);
        assertThat(event.path("body").textValue()).isEqualTo(encoded ? "a8Okc2U=" : "käse");
    }

    @Test
    void hasAnEmptyTextForNoBody() throws IOException {
        JsonNode event = event(false, "/");

        assertThat(event.path("body").textValue()).isEmpty();
        assertThat(event.path("isBase64Encoded").booleanValue()).isFalse();
    }

    @Test
    void isNoneForATextThatIsNotUtf8() {
        assertThat(
                        LambdaEvent.of(
                                GROUP,
                                false,
                                "POST",
                                "/",
                                List.of(new HeaderField("Content-Type", "text/plain")),
                                new byte[] {(byte) 0xFF}))
                .isNull();
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void checksHealthWithTheUserAgentOnly(boolean multiValue) throws IOException {
        JsonNode event = JSON.readTree(LambdaEvent.healthCheck(GROUP, multiValue, "/up?deep=1"));

        assertThat(event.path("httpMethod").textValue()).isEqualTo("GET");
        assertThat(event.path("path").textValue()).isEqualTo("/up");
        assertThat(event.path("body").textValue()).isEmpty();
        assertThat(event.path(multiValue ? "multiValueHeaders" : "headers"))
                .isEqualTo(
                        JSON.readTree(
                                multiValue
                                        ? "{\"user-agent\":[\"ELB-HealthChecker/2.0\"]}"
                                        : "{\"user-agent\":\"ELB-HealthChecker/2.0\"}"));
    }
}

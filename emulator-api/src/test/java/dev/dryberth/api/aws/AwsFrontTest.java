package dev.dryberth.api.aws;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;

import dev.dryberth.api.http.NoLeaks;
import dev.dryberth.api.http.RawClient;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.List;

@ExtendWith(NoLeaks.class)
class AwsFrontTest {

    private FrontFixture front;

    @BeforeEach
    void start() throws IOException {
        front = new FrontFixture(AwsSettings.DEFAULT);
    }

    @AfterEach
    void stop() {
        front.close();
    }

    private static String signedBy(String accessKey, String region, String service) {
        return "Authorization: AWS4-HMAC-SHA256 Credential=%s/20260101/%s/%s/aws4_request, SignedHeaders=host, Signature=0\r\n"
                .formatted(accessKey, region, service);
    }

    /** One that computes for long must not hold the loop up. */
    @Test
    void runsOperationsBesideTheLoopWhereTheServiceAsksForIt() throws IOException {
        try (FrontFixture other = new FrontFixture(AwsSettings.DEFAULT, List.of("CreateCluster"))) {
            RawClient.Answer answer = other.call("CreateCluster", "{\"clusterName\":\"prod\"}");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(other.operationThread).isEmpty();
            other.call("ListClusters", "{}");
            assertThat(other.operationThread).isEqualTo("loop");
        }
    }

    @Test
    void answersAnOperationAsAwsDoes() throws IOException {
        RawClient.Answer answer = front.call("CreateCluster", "{\"clusterName\":\"prod\"}");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("content-type")).isEqualTo("application/x-amz-json-1.1");
        assertThat(answer.header("x-amzn-requestid"))
                .matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
        assertThat(answer.header("date")).isNotEmpty();
        assertThat(answer.body())
                .isEqualTo(
                        "{\"cluster\":{\"clusterArn\":\"arn:aws:ecs:us-east-1:000000000000:cluster/prod\",\"clusterName\":\"prod\"}}");
        assertThat(front.operationThread).isEqualTo("loop");
        assertThat(front.lastWasReadOnly).isFalse();
    }

    @Test
    void takesAnEmptyBodyForAnEmptyRequest() throws IOException {
        assertThat(front.call("ListClusters", "").body())
                .isEqualTo(
                        "{\"clusterArns\":[\"arn:aws:ecs:us-east-1:000000000000:cluster/default\"]}");
        assertThat(front.lastWasReadOnly).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "AKIDEXAMPLE,  eu-west-1, eu-west-1, 000000000000",
        "111122223333, us-west-2, us-west-2, 111122223333",
        "11112222333,  us-west-2, us-west-2, 000000000000"
    })
    void takesRegionAndAccountFromTheCredentialScope(
            String accessKey, String signed, String region, String account) throws IOException {
        RawClient.Answer answer =
                front.post(
                        "X-Amz-Target: "
                                + FrontFixture.PREFIX
                                + ".ListClusters\r\n"
                                + signedBy(accessKey, signed, "ecs"),
                        "{}");
        assertThat(answer.body()).contains("arn:aws:ecs:" + region + ":" + account + ":cluster/");
    }

    @Test
    void refusesInAwsWaysWhatIsTooLargeOrNoHttp() throws IOException {
        RawClient.Answer large =
                front.request("POST", "/", "Host: localhost\r\nContent-Length: 1073741824\r\n");
        assertThat(large.status()).isEqualTo(413);
        assertThat(large.body())
                .isEqualTo(
                        "{\"__type\":\"RequestEntityTooLargeException\",\"Message\":\"The body is too"
                                + " large (expected: <= 2097152 bytes).\"}");
        RawClient.Answer twoHosts = front.request("POST", "/", "Host: a\r\nHost: b\r\n");
        assertThat(twoHosts.status()).isEqualTo(400);
        assertThat(twoHosts.body()).contains("\"__type\":\"MalformedHttpRequestException\"");
    }

    @Test
    void doesNotAskAForeignPageForItsBody() throws IOException {
        RawClient.Answer answer =
                front.request(
                        "POST",
                        "/",
                        "Host: evil.example\r\nExpect: 100-continue\r\nContent-Length: 2\r\n");

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.body()).contains("AccessDeniedException", "evil.example");
    }

    @Test
    void takesTheScopeFromAPresignedQueryToo() throws IOException {
        try (RawClient client = front.client()) {
            assertThat(
                            client.post(
                                            "/?X-Amz-Credential=111122223333%2F20260101%2Fap-south-1%2Fecs%2Faws4_request&X-Amz-Signature=0",
                                            "X-Amz-Target: "
                                                    + FrontFixture.PREFIX
                                                    + ".ListClusters\r\n",
                                            "")
                                    .body())
                    .contains("arn:aws:ecs:ap-south-1:111122223333:cluster/");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "AWS4-HMAC-SHA256 SignedHeaders=host",
                "AWS4-HMAC-SHA256 Credential=AKID/20260101/us-east-1/ecs, Signature=0",
                "AWS4-HMAC-SHA256 Credential=AKID/20260101/us east/ecs/aws4_request, Signature=0"
            })
    void refusesACredentialItCannotRead(String authorization) throws IOException {
        RawClient.Answer answer =
                front.post(
                        "X-Amz-Target: "
                                + FrontFixture.PREFIX
                                + ".ListClusters\r\nAuthorization: "
                                + authorization
                                + "\r\n",
                        "");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body())
                .startsWith("{\"__type\":\"IncompleteSignatureException\",\"message\":\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "DescribeTasks | 400 |"
                        + " {\"__type\":\"ClusterNotFoundException\",\"message\":\"Cluster not"
                        + " found.\"}",
                "RunTask | 400 | {\"__type\":\"ConflictException\",\"message\":\"The clientToken is"
                        + " in use.\",\"resourceIds\":[\"arn:one\",\"arn:two\"]}",
                "StopTask | 500 | {\"__type\":\"ServerException\",\"message\":\"These errors are"
                        + " usually caused by a server issue.\"}",
                "ListTasks | 400 | {\"__type\":\"ThrottlingException\",\"message\":\"Rate"
                        + " exceeded\"}",
                "NoSuchThing | 400 | {\"__type\":\"UnknownOperationException\"}",
                "Ecs | 400 | {\"__type\":\"UnknownOperationException\"}",
                "List/x | 400 | {\"__type\":\"UnknownOperationException\"}",
                "CreateService | 501 |"
                        + " {\"__type\":\"UnsupportedOperationException\",\"message\":\"Dryberth does"
                        + " not implement ecs:CreateService yet. GET /_dryberth/coverage lists what it"
                        + " implements.\"}"
            })
    void answersErrorsAsAwsDoes(String operation, int status, String body) throws IOException {
        RawClient.Answer answer = front.call(operation, "{}");

        assertThat(answer.body()).isEqualTo(body);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.header("x-amzn-requestid")).isNotEmpty();
        assertThat(answer.header("content-type")).isEqualTo("application/x-amz-json-1.1");
    }

    @Test
    void answersABugWithItsRequestIdAndServesOn() throws IOException {
        for (String operation : List.of("DeleteCluster", "UpdateCluster")) {
            RawClient.Answer answer = front.call(operation, "{}");

            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.body())
                    .startsWith("{\"__type\":\"ServerException\",\"message\":\"Dryberth failed")
                    .contains(answer.header("x-amzn-requestid"));
        }
        assertThat(front.call("ListClusters", "{}").status()).isEqualTo(200);
    }

    @Test
    void throttlesWhenTheLoopIsFull() throws IOException {
        front.full = true;
        assertThat(front.call("ListClusters", "{}").body())
                .isEqualTo("{\"__type\":\"ThrottlingException\",\"message\":\"Rate exceeded\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"clusterName\":\"prod\"",
                "{\"clusterName\":\"prod\u0000\"}",
                "cluster",
                "{\"clusterName\":\"a\"}}",
                "[]"
            })
    void refusesWhatIsNoJson(String body) throws IOException {
        RawClient.Answer answer = front.call("CreateCluster", body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body())
                .startsWith("{\"__type\":\"SerializationException\",\"Message\":\"");
    }

    @Test
    void refusesBytesThatAreNoText() throws IOException {
        try (RawClient client = front.client()) {
            client.send(
                    "POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: %s.CreateCluster\r\nContent-Length: 19\r\n\r\n{\"clusterName\":\""
                            .formatted(FrontFixture.PREFIX));
            client.send(new byte[] {(byte) 0xC3, (byte) 0x28, '"', '}'});
            RawClient.Answer answer = client.read();
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.body()).contains("SerializationException", "UTF-8");
        }
    }

    @Test
    void saysWhichJsonTypeIsWrong() throws IOException {
        assertThat(front.call("CreateCluster", "{\"clusterName\":1}").body())
                .isEqualTo(
                        "{\"__type\":\"SerializationException\",\"Message\":\"NUMBER_VALUE cannot"
                                + " be converted to String\"}");
        assertThat(front.call("CreateCluster", "{\"clusterName\":{}}").body())
                .isEqualTo(
                        "{\"__type\":\"SerializationException\",\"Message\":\"Start of structure or"
                                + " map found where not expected.\"}");
    }

    @Test
    void ignoresMembersItDoesNotKnow() throws IOException {
        assertThat(
                        front.call("CreateCluster", "{\"clusterName\":\"a\",\"new\":{\"x\":[1]}}")
                                .status())
                .isEqualTo(200);
    }

    @Test
    void saysWhatARequestWithoutATargetLacks() throws IOException {
        assertThat(front.post(signedBy("AKID", "us-east-1", "ecs"), "{}").body())
                .isEqualTo(
                        "{\"__type\":\"UnknownOperationException\",\"message\":\"The request has no"
                                + " X-Amz-Target header (expected:"
                                + " AmazonEC2ContainerServiceV20141113.<operation>).\"}");
        assertThat(front.post("", "{}").body())
                .startsWith(
                        "{\"__type\":\"UnknownOperationException\",\"message\":\"This is no AWS"
                                + " request");
        assertThat(front.get("/", "").status()).isEqualTo(400);
        assertThat(
                        front.get("/", "X-Amz-Target: " + FrontFixture.PREFIX + ".ListClusters\r\n")
                                .body())
                .isEqualTo("{\"__type\":\"UnknownOperationException\"}");
    }

    @Test
    void findsTheServiceByItsHostName() throws IOException {
        assertThat(front.request("POST", "/", "Host: ecs.us-east-1.localhost:4566\r\n").body())
                .contains("expected: AmazonEC2ContainerServiceV20141113.<operation>");
    }

    @Test
    void namesWhatItLacksOfOtherServices() throws IOException {
        RawClient.Answer json =
                front.post(
                        "X-Amz-Target: AmazonSSM.GetParameter\r\n"
                                + signedBy("AKID", "us-east-1", "ssm"),
                        "{}");
        assertThat(json.status()).isEqualTo(501);
        assertThat(json.body()).contains("Dryberth does not implement ssm:GetParameter yet.");

        RawClient.Answer query =
                front.post(
                        "Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\n"
                                + signedBy("AKID", "us-east-1", "elasticloadbalancing"),
                        "Action=DescribeLoadBalancers&Version=2015-12-01");
        assertThat(query.status()).isEqualTo(501);
        assertThat(query.header("content-type")).isEqualTo("text/xml");
        assertThat(query.body())
                .startsWith(
                        "<ErrorResponse><Error><Type>Receiver</Type><Code>UnsupportedOperation</Code>")
                .contains("elasticloadbalancing:DescribeLoadBalancers");
    }

    @Test
    void logsOneLineForEachCall() throws IOException {
        Logger logger = (Logger) LoggerFactory.getLogger("dryberth.api");
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(lines);
        try {
            RawClient.Answer answer = front.call("ListClusters", "{}");
            front.call("RunTask", "{}");

            assertThat(lines.list)
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .hasSize(2)
                    .first()
                    .asString()
                    .matches(
                            "ecs ListClusters 200 \\d+\\.\\d ms "
                                    + answer.header("x-amzn-requestid"));
            assertThat(lines.list.getLast().getKeyValuePairs())
                    .extracting(pair -> pair.key)
                    .containsExactly("service", "operation", "status", "millis", "requestId");
        } finally {
            logger.detachAppender(lines);
            logger.setLevel(null);
        }
    }
}

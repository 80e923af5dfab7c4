package dev.dryberth.api.cloudwatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.api.http.RawClient;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;

/** One service, three protocols: each request is answered in the one it came in. */
final class ProtocolsTest {

    private static final String FORM = "Content-Type: application/x-www-form-urlencoded\r\n";
    private static final String SIGNED =
            "Authorization: AWS4-HMAC-SHA256"
                    + " Credential=AKID/20260101/us-east-1/monitoring/aws4_request,"
                    + " SignedHeaders=host, Signature=0\r\n";
    private static final String JSON =
            "Content-Type: application/x-amz-json-1.0\r\n"
                    + "X-Amz-Target: GraniteServiceVersion20100801.";
    private static final String CBOR =
            "Content-Type: application/cbor\r\nsmithy-protocol: rpc-v2-cbor\r\n";
    private static final String PATH = "/service/GraniteServiceVersion20100801/operation/";

    private CloudWatchFixture fixture;

    @BeforeEach
    void start() {
        fixture = new CloudWatchFixture();
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private RawClient.Answer post(String path, String headers, String body) throws IOException {
        try (RawClient client = new RawClient(fixture.server.address())) {
            return client.post(path, headers, body);
        }
    }

    @Test
    void speaksQuery() throws IOException {
        for (String headers : new String[] {FORM + SIGNED, FORM}) {
            RawClient.Answer answer =
                    post(
                            "/",
                            headers,
                            "Action=PutMetricData&Version=2010-08-01&Namespace=shop"
                                    + "&MetricData.member.1.MetricName=Errors"
                                    + "&MetricData.member.1.Value=3.5"
                                    + "&MetricData.member.1.Timestamp=2026-11-25T09%3A00%3A00Z"
                                    + "&MetricData.member.1.Dimensions.member.1.Name=Shop"
                                    + "&MetricData.member.1.Dimensions.member.1.Value=1");
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            assertThat(answer.body())
                    .startsWith(
                            "<PutMetricDataResponse xmlns=\"http://monitoring.amazonaws.com/doc/2010-08-01/\">");
        }
        RawClient.Answer listed = post("/", FORM + SIGNED, "Action=ListMetrics&Version=2010-08-01");
        assertThat(listed.body())
                .contains(
                        "<MetricName>Errors</MetricName><Dimensions><member><Name>Shop</Name><Value>1</Value>");
    }

    @Test
    void refusesInQuery() throws IOException {
        RawClient.Answer missing =
                post(
                        "/",
                        FORM + SIGNED,
                        "Action=SetAlarmState&Version=2010-08-01&AlarmName=none&StateValue=OK&StateReason=x");
        assertThat(missing.status()).isEqualTo(404);
        assertThat(missing.body()).contains("<Code>ResourceNotFound</Code>", "<Type>Sender</Type>");
        RawClient.Answer incomplete =
                post("/", FORM + SIGNED, "Action=SetAlarmState&Version=2010-08-01&AlarmName=a");
        assertThat(incomplete.body()).contains("<Code>MissingParameter</Code>");
        RawClient.Answer unknown = post("/", FORM + SIGNED, "Action=Dance&Version=2010-08-01");
        assertThat(unknown.body()).contains("<Code>InvalidAction</Code>");
    }

    @Test
    void speaksJson() throws IOException {
        RawClient.Answer put =
                post(
                        "/",
                        JSON + "PutMetricData\r\n" + SIGNED,
                        "{\"Namespace\":\"shop\",\"MetricData\":[{\"MetricName\":\"Errors\",\"Value\":1}]}");
        assertThat(put.status()).as(put.body()).isEqualTo(200);
        assertThat(put.header("content-type")).isEqualTo("application/x-amz-json-1.0");
        assertThat(post("/", JSON + "ListMetrics\r\n", "{}").body())
                .contains("\"MetricName\":\"Errors\"");
        RawClient.Answer missing =
                post("/", JSON + "DeleteAlarms\r\n", "{\"AlarmNames\":[\"none\"]}");
        assertThat(missing.body()).startsWith("{\"__type\":\"ResourceNotFoundException\"");
        assertThat(missing.header("x-amzn-query-error")).isEqualTo("ResourceNotFound;Sender");
    }

    @Test
    void speaksCbor() throws IOException {
        RawClient.Answer listed = post(PATH + "ListMetrics", CBOR + SIGNED, "");
        assertThat(listed.status()).as(listed.body()).isEqualTo(200);
        assertThat(listed.header("smithy-protocol")).isEqualTo("rpc-v2-cbor");
        assertThat(listed.header("content-type")).isEqualTo("application/cbor");
        RawClient.Answer incomplete = post(PATH + "SetAlarmState", CBOR, "");
        assertThat(incomplete.status()).isEqualTo(400);
        assertThat(incomplete.body()).contains("__type", "MissingRequiredParameterException");
        assertThat(incomplete.header("x-amzn-query-error")).isEqualTo("MissingParameter;Sender");
    }

    @Test
    void refusesWhatIsNoCborOrNoOperation() throws IOException {
        assertThat(post(PATH + "ListMetrics", CBOR, "{}").body())
                .contains("SerializationException");
        RawClient.Answer unknown = post(PATH + "Dance", CBOR, "");
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.body()).contains("UnknownOperationException");
        assertThat(post("/service/Other/operation/Dance", CBOR, "").body())
                .contains("Dryberth does not implement Other:Dance yet.");
        assertThat(post("/elsewhere", CBOR, "").status()).isEqualTo(400);
    }
}

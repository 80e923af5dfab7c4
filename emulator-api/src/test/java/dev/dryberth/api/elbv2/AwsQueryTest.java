package dev.dryberth.api.elbv2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.api.http.HttpServer;
import dev.dryberth.api.http.RawClient;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;

/** The query protocol on the wire, byte by byte, with load balancing behind it. */
final class AwsQueryTest {

    private static final String FORM = "Content-Type: application/x-www-form-urlencoded\r\n";
    private static final String SIGNED =
            "Authorization: AWS4-HMAC-SHA256"
                    + " Credential=AKID/20260101/us-east-1/elasticloadbalancing/aws4_request,"
                    + " SignedHeaders=host, Signature=0\r\n";
    private static final String VERSION = "&Version=2015-12-01";

    private ElbFixture fixture;
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        fixture = new ElbFixture();
        server = fixture.serve();
    }

    @AfterEach
    void stop() {
        server.close();
        fixture.close();
    }

    private RawClient.Answer post(String headers, String form) throws IOException {
        try (RawClient client = new RawClient(server.address())) {
            return client.post("/", FORM + headers, form);
        }
    }

    private RawClient.Answer get(String target, String headers) throws IOException {
        try (RawClient client = new RawClient(server.address())) {
            return client.send(
                            "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n")
                    .read();
        }
    }

    @Test
    void answersInAwssForm() throws IOException {
        RawClient.Answer answer =
                post(
                        SIGNED,
                        "Action=CreateTargetGroup&Name=fn&TargetType=lambda&Tags.member.1.Key=a%26b"
                                + "&Tags.member.1.Value="
                                + VERSION);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("content-type")).isEqualTo("text/xml");
        String id = answer.header("x-amzn-requestid");
        assertThat(answer.body())
                .startsWith(
                        "<CreateTargetGroupResponse"
                                + " xmlns=\"http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/\">"
                                + "<CreateTargetGroupResult><TargetGroups><member><TargetGroupArn>")
                .contains(
                        "<HealthCheckEnabled>false</HealthCheckEnabled>",
                        "<Matcher><HttpCode>200</HttpCode></Matcher>",
                        "<LoadBalancerArns/>")
                .endsWith(
                        "</member></TargetGroups></CreateTargetGroupResult><ResponseMetadata>"
                                + "<RequestId>"
                                + id
                                + "</RequestId></ResponseMetadata></CreateTargetGroupResponse>");
        assertThat(post(SIGNED, "Action=DescribeAccountLimits&PageSize=1" + VERSION).body())
                .contains("<DescribeAccountLimitsResult><Limits><member><Name>");
    }

    @Test
    void anOperationWithoutAnAnswerStillHasAResult() throws IOException {
        assertThat(
                        post(
                                        SIGNED,
                                        "Action=DeleteTargetGroup&TargetGroupArn="
                                                + ElbFixture.ARN
                                                + "targetgroup/a/0123456789abcdef"
                                                + VERSION)
                                .body())
                .contains("<DeleteTargetGroupResult/><ResponseMetadata>");
    }

    @Test
    void answersJsonToWhoAcceptsThat() throws IOException {
        String json = SIGNED + "Accept: application/json\r\n";

        assertThat(post(json, "Action=DescribeLoadBalancers" + VERSION).body())
                .startsWith(
                        "{\"DescribeLoadBalancersResponse\":{\"DescribeLoadBalancersResult\":"
                                + "{\"LoadBalancers\":[]},\"ResponseMetadata\":{\"RequestId\":\"");
        RawClient.Answer refused =
                post(json, "Action=DescribeLoadBalancers&Names.member.1=x" + VERSION);
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body())
                .startsWith(
                        "{\"Error\":{\"Code\":\"LoadBalancerNotFound\",\"Message\":\"Load balancers"
                                + " '[x]' not found\",\"Type\":\"Sender\"},\"RequestId\":\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Action=Nothing&Version=2015-12-01 | InvalidAction | Could not find operation"
                        + " Nothing for version 2015-12-01",
                "Action=DescribeLoadBalancers&Version=2012-06-01 | InvalidAction | Could not find"
                        + " operation DescribeLoadBalancers for version 2012-06-01",
                "Action=DescribeLoadBalancers | InvalidAction | Could not find operation"
                        + " DescribeLoadBalancers for version NO_VERSION_SPECIFIED",
                "Version=2015-12-01 | MissingAction | Missing Action"
            })
    void refusesOperationsThereAreNot(String form, String code, String message) throws IOException {
        RawClient.Answer answer = post(SIGNED, form.trim());

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body())
                .contains(
                        "<Error><Type>Sender</Type><Code>"
                                + code
                                + "</Code><Message>"
                                + message
                                + "</Message></Error><RequestId>");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Action=DescribeLoadBalancers&PageSize=many",
                "Action=DescribeLoadBalancers&PageSize=99999999999",
                "Action=DescribeLoadBalancers&PageSize.x=1",
                "Action=DescribeLoadBalancers&Names=web",
                "Action=DescribeLoadBalancers&Names.1=web",
                "Action=DescribeLoadBalancers&Names.member.first=web",
                "Action=DescribeLoadBalancers&Names.member.1=%zz",
                "Action=ModifyRule&RuleArn=x&ResetTransforms=yes"
            })
    void refusesWhatIsNotOfItsType(String form) throws IOException {
        RawClient.Answer answer = post(SIGNED, form + VERSION);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).contains("<Code>MalformedInput</Code>");
    }

    @Test
    void ignoresParametersItDoesNotKnowAndTakesEmptyLists() throws IOException {
        assertThat(
                        post(
                                        SIGNED,
                                        "Action=DescribeLoadBalancers&Names=&Colour.member.1=x&&"
                                                + VERSION)
                                .status())
                .isEqualTo(200);
    }

    @Test
    void readsAListInTheOrderOfItsNumbers() throws IOException {
        String body =
                post(
                                SIGNED,
                                "Action=DescribeSSLPolicies"
                                        + "&Names.member.10=ELBSecurityPolicy-2016-08"
                                        + "&Names.member.9=ELBSecurityPolicy-TLS-1-2-2017-01"
                                        + VERSION)
                        .body();
        assertThat(body)
                .startsWith("<DescribeSSLPoliciesResponse ")
                .contains("</DescribeSSLPoliciesResult>")
                .contains("ELBSecurityPolicy-2016-08", "ELBSecurityPolicy-TLS-1-2-2017-01");
    }

    @Test
    void findsTheServiceByVersionAndByHostToo() throws IOException {
        assertThat(post("", "Action=DescribeLoadBalancers" + VERSION).status()).isEqualTo(200);
        assertThat(get("/?Action=DescribeLoadBalancers" + VERSION, "").status()).isEqualTo(200);
        try (RawClient client = new RawClient(server.address())) {
            assertThat(
                            client.send(
                                            "GET /?Action=X&Version=1 HTTP/1.1\r\nHost:"
                                                    + " elasticloadbalancing.us-east-1.localhost\r\n\r\n")
                                    .read()
                                    .body())
                    .contains("InvalidAction");
        }
    }

    @Test
    void anOperationThatIsNotBuiltSaysSo() throws IOException {
        RawClient.Answer answer = post(SIGNED, "Action=DescribeCapacityReservation" + VERSION);

        assertThat(answer.status()).isEqualTo(501);
        assertThat(answer.body())
                .contains(
                        "<Type>Receiver</Type><Code>UnsupportedOperation</Code>",
                        "elasticloadbalancing:DescribeCapacityReservation");
    }
}

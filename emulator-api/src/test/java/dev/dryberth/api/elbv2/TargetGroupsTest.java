package dev.dryberth.api.elbv2;

import static dev.dryberth.api.elbv2.ElbFixture.refusal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import software.amazon.awssdk.services.elasticloadbalancingv2.model.CreateTargetGroupRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Matcher;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ProtocolEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroup;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetTypeEnum;

import java.util.List;
import java.util.function.Consumer;

final class TargetGroupsTest {

    private final ElbFixture fixture = new ElbFixture();
    private final ElbV2 elb = fixture.elb;

    @AfterEach
    void stop() {
        fixture.close();
    }

    private TargetGroup create(Consumer<CreateTargetGroupRequest.Builder> request) {
        return elb.createTargetGroup(
                        each -> {
                            each.name("blue").vpcId(fixture.vpc().id()).protocol("HTTP").port(80);
                            request.accept(each);
                        })
                .targetGroups()
                .getFirst();
    }

    @ParameterizedTest
    @CsvSource({
        // group, version, check's protocol: interval, timeout, healthy, unhealthy, path, matcher
        "HTTP,    HTTP1, HTTP,  30, 5, 5, 2, /, 200",
        "HTTPS,   HTTP2, HTTP,  30, 5, 5, 2, /, 200",
        "HTTP,    GRPC,  HTTP,  30, 5, 5, 2, /AWS.ALB/healthcheck, 12",
        "TCP,     ,      TCP,   30, 10, 5, 2, ,",
        "TLS,     ,      HTTP,  30, 6, 5, 2, /, 200-399",
        "UDP,     ,      TCP,   30, 10, 5, 2, ,"
    })
    void checksByDefaultAsAwsDoes(
            String protocol,
            String version,
            String check,
            int interval,
            int timeout,
            int healthy,
            int unhealthy,
            String path,
            String matcher) {
        TargetGroup group =
                create(request ->
                        request.protocol(protocol)
                                .protocolVersion(version)
                                .healthCheckProtocol(protocol.equals("TLS") ? "HTTP" : null));

        assertThat(group.healthCheckProtocolAsString()).isEqualTo(check);
        assertThat(group.healthCheckIntervalSeconds()).isEqualTo(interval);
        assertThat(group.healthCheckTimeoutSeconds()).isEqualTo(timeout);
        assertThat(group.healthyThresholdCount()).isEqualTo(healthy);
        assertThat(group.unhealthyThresholdCount()).isEqualTo(unhealthy);
        assertThat(group.healthCheckPath()).isEqualTo(path);
        assertThat(group.healthCheckPort()).isEqualTo("traffic-port");
        assertThat(group.healthCheckEnabled()).isTrue();
        Matcher codes = group.matcher();
        assertThat(
                        codes == null
                                ? null
                                : "GRPC".equals(version) ? codes.grpcCode() : codes.httpCode())
                .isEqualTo(matcher);
    }

    @Test
    void groupsOfFunctionsHaveNeitherPortNorProtocol() {
        TargetGroup group =
                elb.createTargetGroup(request -> request.name("fn").targetType("lambda"))
                        .targetGroups()
                        .getFirst();

        assertThat(group.port()).isNull();
        assertThat(group.protocol()).isNull();
        assertThat(group.vpcId()).isNull();
        assertThat(group.healthCheckEnabled()).isFalse();
        assertThat(group.healthCheckIntervalSeconds()).isEqualTo(35);
        assertThat(refusal(() -> create(request -> request.targetType("lambda"))))
                .isEqualTo("ValidationError");
    }

    @Test
    void makingTheSameAgainReturnsIt() {
        TargetGroup made = create(request -> {});

        assertThat(create(request -> {})).isEqualTo(made);
        assertThat(refusal(() -> create(request -> request.port(81))))
                .isEqualTo("DuplicateTargetGroupName");
        assertThat(refusal(() -> create(request -> request.healthCheckPath("/health"))))
                .isEqualTo("DuplicateTargetGroupName");
    }

    @Test
    void refusesWhatIsOutOfRange() {
        assertThat(creating(request -> request.port(0))).isEqualTo("ValidationError");
        assertThat(creating(request -> request.port(null))).isEqualTo("ValidationError");
        assertThat(creating(request -> request.protocol((String) null)))
                .isEqualTo("ValidationError");
        assertThat(creating(request -> request.protocol("SPDY"))).isEqualTo("ValidationError");
        assertThat(creating(request -> request.protocol("GENEVE")))
                .isEqualTo("UnsupportedOperation");
        assertThat(creating(request -> request.vpcId("vpc-1"))).isEqualTo("ValidationError");
        assertThat(creating(request -> request.targetType("pod"))).isEqualTo("ValidationError");
        assertThat(creating(request -> request.targetType("alb")))
                .isEqualTo("InvalidConfigurationRequest");
        assertThat(creating(request -> request.protocolVersion("HTTP3")))
                .isEqualTo("ValidationError");
        assertThat(creating(request -> request.healthCheckIntervalSeconds(4)))
                .isEqualTo("ValidationError");
        assertThat(
                        creating(request ->
                                request.healthCheckIntervalSeconds(10)
                                        .healthCheckTimeoutSeconds(10)))
                .isEqualTo("ValidationError");
        assertThat(creating(request -> request.healthyThresholdCount(11)))
                .isEqualTo("ValidationError");
        assertThat(creating(request -> request.healthCheckProtocol("TCP")))
                .isEqualTo("InvalidConfigurationRequest");
        assertThat(creating(request -> request.healthCheckPath("health")))
                .isEqualTo("ValidationError");
        assertThat(creating(request -> request.healthCheckPort("http")))
                .isEqualTo("ValidationError");
        assertThat(creating(request -> request.healthCheckEnabled(false)))
                .isEqualTo("ValidationError");
        for (String codes : List.of("", "abc", "600", "199", "300-200", "200-", "200,,201")) {
            assertThat(creating(request -> request.matcher(each -> each.httpCode(codes))))
                    .as(codes)
                    .isEqualTo("ValidationError");
        }
    }

    private String creating(Consumer<CreateTargetGroupRequest.Builder> request) {
        return refusal(() -> create(request));
    }

    @Test
    void modifiesTheCheckOnly() {
        TargetGroup made = create(request -> {});
        TargetGroup modified =
                elb.modifyTargetGroup(request ->
                                request.targetGroupArn(made.targetGroupArn())
                                        .healthCheckPath("/health")
                                        .healthCheckPort("8080")
                                        .healthyThresholdCount(2)
                                        .matcher(codes -> codes.httpCode("200-299,302")))
                        .targetGroups()
                        .getFirst();

        assertThat(modified)
                .isEqualTo(
                        made.toBuilder()
                                .healthCheckPath("/health")
                                .healthCheckPort("8080")
                                .healthyThresholdCount(2)
                                .matcher(codes -> codes.httpCode("200-299,302"))
                                .build());
    }

    @Test
    void aCheckThatChangesItsProtocolGetsThatOnesPathAndMatcher() {
        TargetGroup tcp = create(request -> request.protocol("TCP"));

        TargetGroup http =
                elb.modifyTargetGroup(request ->
                                request.targetGroupArn(tcp.targetGroupArn())
                                        .healthCheckProtocol("HTTP"))
                        .targetGroups()
                        .getFirst();

        assertThat(http.healthCheckPath()).isEqualTo("/");
        assertThat(http.matcher().httpCode()).isEqualTo("200-399");
        assertThat(http.healthCheckTimeoutSeconds()).isEqualTo(10);
    }

    @Test
    void describesByNameLoadBalancerAndPage() {
        TargetGroup blue = fixture.targetGroup("blue");
        fixture.targetGroup("green");
        var web = fixture.loadBalancer("web");
        fixture.listener(web, 80, ElbFixture.forward(blue));

        assertThat(
                        elb.describeTargetGroups(
                                        request -> request.loadBalancerArn(web.loadBalancerArn()))
                                .targetGroups())
                .extracting(TargetGroup::targetGroupName)
                .containsExactly("blue");
        assertThat(
                        elb.describeTargetGroups(request -> request.names("blue"))
                                .targetGroups()
                                .getFirst()
                                .loadBalancerArns())
                .containsExactly(web.loadBalancerArn());
        assertThat(elb.describeTargetGroupsPaginator(request -> request.pageSize(1)).targetGroups())
                .extracting(TargetGroup::targetGroupName)
                .containsExactly("blue", "green");
        assertThat(refusal(() -> elb.describeTargetGroups(request -> request.names("red"))))
                .isEqualTo("TargetGroupNotFound");
        assertThat(
                        refusal(() ->
                                elb.describeTargetGroups(request ->
                                        request.targetGroupArns(
                                                ElbFixture.ARN
                                                        + "targetgroup/red/0123456789abcdef"))))
                .isEqualTo("TargetGroupNotFound");
    }

    @Test
    void isDeletedOnlyWhenNobodyForwardsToIt() {
        TargetGroup blue = fixture.targetGroup("blue");
        var web = fixture.loadBalancer("web");
        String listener = fixture.listener(web, 80, ElbFixture.forward(blue)).listenerArn();

        assertThat(refusal(() -> delete(blue))).isEqualTo("ResourceInUse");
        elb.deleteListener(request -> request.listenerArn(listener));
        delete(blue);
        delete(blue);
        assertThat(elb.describeTargetGroups().targetGroups()).isEmpty();
    }

    private void delete(TargetGroup group) {
        elb.deleteTargetGroup(request -> request.targetGroupArn(group.targetGroupArn()));
    }

    @Test
    void anAlbGroupIsCheckedOverHttp() {
        assertThat(
                        fixture.targetGroup("alb", TargetTypeEnum.ALB, ProtocolEnum.TCP)
                                .healthCheckProtocolAsString())
                .isEqualTo("HTTP");
    }
}
